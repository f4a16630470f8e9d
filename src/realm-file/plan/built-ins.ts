import { administrator } from '../../access/model/administrator.js';
import { EVERYONE } from '../../access/model/everyone.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { newId } from '../../base/crypto/ids.js';
import { gatehouseApi } from '../../realm/resource-servers/gatehouse-api.js';
import { resourceServerInput } from '../../realm/resource-servers/resource-server-input.js';

/** The remaining fields of an object that does not exist yet. */
export const unmade = () => ({ id: newId(), createdAt: 0, since: 0, version: 0 });

/** The realm with the built-in objects; the same snapshot if they exist. */
export function withBuiltIns(snapshot: Snapshot): Snapshot {
  const resourceServers = new Map(snapshot.resourceServers);
  if (!resourceServers.has(gatehouseApi.identifier)) {
    resourceServers.set(gatehouseApi.identifier, { ...unmade(), ...resourceServerInput.parse(gatehouseApi) });
  }
  const roles = new Map(snapshot.roles);
  for (const builtIn of [administrator, { name: EVERYONE, policies: [] }]) {
    if ([...roles.values()].some(({ name }) => name === builtIn.name)) continue;
    const policies = builtIn.policies.map((policy) => ({ ...policy, limitations: [] }));
    const role = { ...unmade(), name: builtIn.name, policies };
    roles.set(role.id, role);
  }
  const same = roles.size === snapshot.roles.size && resourceServers.size === snapshot.resourceServers.size;
  return same ? snapshot : { ...snapshot, roles, resourceServers };
}
