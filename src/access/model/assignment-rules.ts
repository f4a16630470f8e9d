import type { Instant } from '../../base/clock.js';
import type { Edge } from '../../base/assignment.js';

/** Whether the edge leads anywhere at this moment: from `validFrom` on, until just before `validUntil`. */
export const isActive = (edge: Pick<Edge, 'validFrom' | 'validUntil'>, at: Instant): boolean =>
  (edge.validFrom ?? -Infinity) <= at && at < (edge.validUntil ?? Infinity);

/** Whether the edge leads somewhere at this moment or a later one. */
export const isAhead = ({ validFrom, validUntil }: Pick<Edge, 'validFrom' | 'validUntil'>, at: Instant): boolean =>
  Math.max(validFrom ?? -Infinity, at) < (validUntil ?? Infinity);

/** The target of a direct permission edge. An identifier has no space in it, so the first one parts the two. */
export const permissionTarget = (resourceServer: string, permission: string): string =>
  `${resourceServer} ${permission}`;

/** @returns undefined where the target is no such pair */
export function readPermissionTarget(target: string): { resourceServer: string; permission: string } | undefined {
  const [resourceServer, permission, ...rest] = target.split(' ');
  return resourceServer && permission && rest.length === 0 ? { resourceServer, permission } : undefined;
}
