import { limitationsWithout } from '../../base/assignment-references.js';
import type { ReferenceHow } from '../../changes/removal/reference.js';
import type { Removed } from '../../changes/removal/referrer.js';
import { permissionTarget, readPermissionTarget } from './permission-target.js';
import type { Policy, Role } from './role.js';

/**
 * The role without its references to an object, and how it referred to it; undefined if it has none. `role` is absent if the
 * role applied only there, so that nobody could use it any more. Pure.
 */
export function roleWithout<R extends Role>(
  role: R,
  removed: Removed,
): { readonly role?: R; readonly how: readonly ReferenceHow[] } | undefined {
  const { to } = removed;
  const isOnlyThere = isAudience(role, removed);
  if (isOnlyThere && to === undefined) return { how: ['audience'] };
  const how = new Set<ReferenceHow>(isOnlyThere ? ['audience'] : []);
  const { includes, excludes, ...rest } = role;
  const policies = role.policies.flatMap((policy): Policy[] => {
    if (isAbout(policy, removed)) {
      how.add('policy');
      const permission = to === undefined ? undefined : readPermissionTarget(to)?.permission;
      return permission === undefined ? [] : [{ ...policy, permission }];
    }
    const limitations = limitationsWithout(policy.limitations, removed);
    if (limitations === undefined) return [policy];
    how.add('limitation');
    return limitations === 'never' ? [] : [{ ...policy, limitations }];
  });
  const others = (ids: readonly string[] | undefined, named: 'includes' | 'excludes') => {
    if (removed.kind !== 'role' || !ids?.includes(removed.id)) return ids;
    how.add(named);
    return ids.filter((id) => id !== removed.id);
  };
  const [brings, against] = [others(includes, 'includes'), others(excludes, 'excludes')];
  if (how.size === 0) return undefined;
  const audience = isOnlyThere && to !== undefined && { audience: { client: to } };
  const after = {
    ...rest,
    ...audience,
    policies,
    ...(brings && { includes: brings }),
    ...(against && { excludes: against }),
  };
  return { role: after as unknown as R, how: [...how] };
}

const isAudience = ({ audience }: Role, { kind, id }: Removed): boolean =>
  audience !== undefined &&
  ('client' in audience
    ? kind === 'client' && audience.client === id
    : kind === 'resource-server' && audience.resourceServer === id);

/** A node or pattern above a removed permission stays: it covers whatever is declared below it. */
const isAbout = ({ resourceServer, permission }: Policy, { kind, id }: Removed): boolean =>
  (kind === 'resource-server' && resourceServer === id) ||
  (kind === 'permission' && permissionTarget(resourceServer, permission) === id);
