import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';

/** Whether the assignment leads anywhere at this moment: from `validFrom` on, until just before `validUntil`. */
export const isActive = (assignment: Pick<Assignment, 'validFrom' | 'validUntil'>, at: Instant): boolean =>
  (assignment.validFrom ?? -Infinity) <= at && at < (assignment.validUntil ?? Infinity);

/** Whether the assignment leads somewhere at this moment or a later one. */
export const isAhead = (
  { validFrom, validUntil }: Pick<Assignment, 'validFrom' | 'validUntil'>,
  at: Instant,
): boolean => Math.max(validFrom ?? -Infinity, at) < (validUntil ?? Infinity);

/** The target of a direct permission assignment. An identifier has no space in it, so the first one parts the two. */
export const permissionTarget = (resourceServer: string, permission: string): string =>
  `${resourceServer} ${permission}`;

/** @returns undefined where the target is no such pair */
export function readPermissionTarget(target: string): { resourceServer: string; permission: string } | undefined {
  const [resourceServer, permission, ...rest] = target.split(' ');
  return resourceServer && permission && rest.length === 0 ? { resourceServer, permission } : undefined;
}
