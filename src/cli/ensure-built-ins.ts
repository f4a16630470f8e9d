import { ADMINISTRATOR, administrator } from '../access/administrator.js';
import type { Actor } from '../changes/actor.js';
import { gatehouseApi } from '../realm/gatehouse-api.js';
import type { RealmParts } from '../realm-file/parts.js';
import { settle } from '../realm-file/settle.js';

/** What every realm has: the resource server of Gatehouse's own API, as this version knows it, and the administrator's role. */
export async function ensureBuiltIns(parts: RealmParts, by: Actor): Promise<void> {
  const { resourceServers, roles } = parts;
  await settle(parts, 'the built-in resource server', async () => {
    const before = await resourceServers.get(gatehouseApi.identifier);
    return before ? resourceServers.update(by, gatehouseApi, before.version) : resourceServers.create(by, gatehouseApi);
  });
  await settle(parts, `the role ${ADMINISTRATOR}`, async () => {
    const before = await roles.findByName(ADMINISTRATOR);
    return before ? { ok: true, value: before } : roles.create(by, { ...administrator, policies: policies() });
  });
}

const policies = () => administrator.policies.map((policy) => ({ ...policy, limitations: [] }));
