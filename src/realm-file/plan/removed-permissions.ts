import { readPermissionTarget } from '../../access/model/permission-target.js';
import type { Policy } from '../../access/model/role.js';
import type { Assignment } from '../../base/assignment.js';
import { covers, EVERYTHING } from '../../realm/resource-servers/permission-covers.js';
import type { ResourceServers } from '../../realm/resource-servers/resource-server-service.js';
import type { RealmFile } from '../read/read-realm-file.js';

/** The permissions of each resource server that loses one, now and in the plan, by identifier. */
export type RemovedPermissions = ReadonlyMap<
  string,
  { readonly before: readonly string[]; readonly after: readonly string[] }
>;

/** The permissions that a file no longer declares for its resource servers. */
export function removedPermissions({ content, written }: RealmFile, current: ResourceServers): RemovedPermissions {
  const removed = new Map<string, { readonly before: readonly string[]; readonly after: readonly string[] }>();
  for (const [i, { identifier, permissions }] of content.resourceServers.entries()) {
    if (written.resourceServers?.[i]?.['permissions'] === undefined) continue;
    const after = permissions.map(({ name }) => name);
    const before = (current.get(identifier)?.permissions ?? []).map(({ name }) => name);
    if (before.some((name) => !after.includes(name))) removed.set(identifier, { before, after });
  }
  return removed;
}

/**
 * Whether an assignment leads to nothing once these are removed, and led to something before. It is removed too: otherwise it
 * would grant the permission again if somebody declared it again.
 */
export const isOrphaned =
  (removed: RemovedPermissions) =>
  ({ kind, target }: Pick<Assignment, 'kind' | 'target'>): boolean => {
    const direct = kind === 'permission' ? readPermissionTarget(target) : undefined;
    return direct !== undefined && isOrphanedPolicy(removed)(direct);
  };

/** The same for a role's policy. */
export const isOrphanedPolicy =
  (removed: RemovedPermissions) =>
  ({ resourceServer, permission }: Pick<Policy, 'resourceServer' | 'permission'>): boolean => {
    const names = removed.get(resourceServer);
    if (!names || permission === EVERYTHING) return false;
    const leads = (declared: readonly string[]): boolean => declared.some((name) => covers(permission, name));
    return leads(names.before) && !leads(names.after);
  };
