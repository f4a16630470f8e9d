/** The target of a direct permission assignment. An identifier contains no space, so the first one separates the two. */
export const permissionTarget = (resourceServer: string, permission: string): string =>
  `${resourceServer} ${permission}`;

/** @returns undefined if the target is no such pair */
export function readPermissionTarget(target: string): { resourceServer: string; permission: string } | undefined {
  const [resourceServer, permission, ...rest] = target.split(' ');
  return resourceServer && permission && rest.length === 0 ? { resourceServer, permission } : undefined;
}
