import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';

/** Whether the assignment is valid at this time: from `validFrom` until just before `validUntil`. */
export const isActive = (assignment: Pick<Assignment, 'validFrom' | 'validUntil'>, at: Instant): boolean =>
  (assignment.validFrom ?? -Infinity) <= at && at < (assignment.validUntil ?? Infinity);

/** Whether the assignment is valid at this time or a later one. */
export const isAhead = (
  { validFrom, validUntil }: Pick<Assignment, 'validFrom' | 'validUntil'>,
  at: Instant,
): boolean => Math.max(validFrom ?? -Infinity, at) < (validUntil ?? Infinity);

/** The target of a direct permission assignment. An identifier contains no space, so the first one separates the two. */
export const permissionTarget = (resourceServer: string, permission: string): string =>
  `${resourceServer} ${permission}`;

/** @returns undefined if the target is no such pair */
export function readPermissionTarget(target: string): { resourceServer: string; permission: string } | undefined {
  const [resourceServer, permission, ...rest] = target.split(' ');
  return resourceServer && permission && rest.length === 0 ? { resourceServer, permission } : undefined;
}
