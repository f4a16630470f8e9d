import { administrator } from '../access/administrator.js';
import { EVERYONE } from '../access/everyone.js';
import type { Snapshot } from '../access/snapshot.js';
import { newId } from '../base/ids.js';
import { gatehouseApi } from '../realm/gatehouse-api.js';
import { resourceServerInput } from '../realm/resource-server-input.js';
import { overlay } from './overlay.js';
import type { RealmFile } from './read-realm-file.js';

/** What a thing has besides what somebody says of it, where it is not there yet. */
export const unmade = () => ({ id: newId(), createdAt: 0, since: 0, version: 0 });

/** The realm as it is once what is built in, and the resource servers and groups of the file, are there, and nothing was given by it yet. */
export function startingFrom({ content, written }: RealmFile, snapshot: Snapshot): Snapshot {
  const resourceServers = new Map(snapshot.resourceServers);
  if (!resourceServers.has(gatehouseApi.identifier)) {
    resourceServers.set(gatehouseApi.identifier, { ...unmade(), ...resourceServerInput.parse(gatehouseApi) });
  }
  for (const [i, { identifier }] of content.resourceServers.entries()) {
    const before = resourceServers.get(identifier);
    const wanted = overlay(resourceServerInput, before, written.resourceServers?.[i] ?? {});
    if (wanted.success) resourceServers.set(identifier, { ...(before ?? unmade()), ...wanted.data });
  }
  const roles = new Map(snapshot.roles);
  for (const builtIn of [administrator, { name: EVERYONE, policies: [] }]) {
    if ([...roles.values()].some(({ name }) => name === builtIn.name)) continue;
    const role = {
      ...unmade(),
      name: builtIn.name,
      policies: builtIn.policies.map((one) => ({ ...one, limitations: [] })),
    };
    roles.set(role.id, role);
  }
  const groups = new Map(snapshot.groups);
  const known = new Set([...groups.values()].map(({ name }) => name));
  for (const { name, type } of content.groups) {
    if (known.has(name)) continue;
    const group = { ...unmade(), name, edges: [], ...(type !== undefined && { type }) };
    groups.set(group.id, group);
  }
  return { roles, groups, resourceServers };
}
