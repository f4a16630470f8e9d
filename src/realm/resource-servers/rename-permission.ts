import type { ResourceServer } from './resource-server.js';

/**
 * The resource server with a permission renamed wherever it refers to it: in implications and in the claims. A node or pattern
 * above it stays. Pure.
 */
export function withPermissionRenamed<S extends Pick<ResourceServer, 'permissions' | 'implications' | 'claims'>>(
  server: S,
  from: string,
  to: string,
): S {
  const named = (name: string): string => (name === from ? to : name);
  const { permissions, implications, claims } = server;
  return {
    ...server,
    permissions: permissions.map((one) => ({ ...one, name: named(one.name), implies: one.implies.map(named) })),
    ...(implications && {
      implications: implications.map(({ permission, implies }) => ({
        permission: named(permission),
        implies: implies.map(named),
      })),
    }),
    ...(claims && {
      claims: claims.map((claim) =>
        claim.value === 'permissions' && claim.only ? { ...claim, only: claim.only.map(named) } : claim,
      ),
    }),
  };
}
