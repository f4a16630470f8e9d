import { ADMINISTRATOR, administrator } from '../../access/model/administrator.js';
import { EVERYONE } from '../../access/model/everyone.js';
import type { Actor } from '../../changes/actor.js';
import { replacingAll } from '../../changes/patched-input.js';
import { clientInput } from '../../realm/clients/client-input.js';
import { resourceServerInput } from '../../realm/resource-servers/resource-server-input.js';
import { ACCOUNT_CLIENT, accountClient } from '../../realm/clients/account-client.js';
import type { Saved } from '../../changes/change-result.js';
import { gatehouseApi } from '../../realm/resource-servers/gatehouse-api.js';
import type { RealmParts } from '../../realm-file/realm-parts.js';
import { saveInTurn } from '../../realm-file/apply/save-in-turn.js';

/**
 * Creates the built-in objects of every realm: the resource server of Gatehouse's own API in this version, the roles
 * `administrator` and `everyone`, and the client of the account pages at this issuer.
 */
export async function ensureBuiltIns(parts: RealmParts, by: Actor, issuer: string): Promise<void> {
  const { resourceServers, roles, clients } = parts;
  await saveInTurn(parts, 'the built-in resource server', async () => {
    const before = await resourceServers.get(gatehouseApi.identifier);
    return before
      ? resourceServers.update(by, before.identifier, replacingAll(resourceServerInput, gatehouseApi), before.version, {
          cascade: true,
        })
      : resourceServers.create(by, gatehouseApi);
  });
  await saveInTurn(parts, `the role ${ADMINISTRATOR}`, async () => {
    const before = await roles.findByName(ADMINISTRATOR);
    return before ? { ok: true, value: before } : roles.create(by, { ...administrator, policies: policies() });
  });
  await saveInTurn(parts, `the role ${EVERYONE}`, async () => {
    const before = await roles.findByName(EVERYONE);
    const made = { name: EVERYONE, description: 'Everybody has it. What it gives, everybody has.', policies: [] };
    return before ? { ok: true, value: before } : roles.create(by, made);
  });
  await saveInTurn(parts, `the client ${ACCOUNT_CLIENT}`, async (): Promise<Saved<unknown>> => {
    const before = await clients.get(ACCOUNT_CLIENT);
    const wanted = accountClient(issuer);
    return before
      ? clients.update(by, ACCOUNT_CLIENT, replacingAll(clientInput, wanted), before.version)
      : clients.create(by, wanted);
  });
}

const policies = () => administrator.policies.map((policy) => ({ ...policy, limitations: [] }));
