import type { ResourceServer } from './resource-server.js';

type FieldsNamingPermissions = Pick<ResourceServer, 'permissions' | 'implications' | 'claims'>;

/** The resource server after {@link permissionRenaming}. Pure. */
export const withPermissionRenamed = <S extends FieldsNamingPermissions>(server: S, from: string, to: string): S => ({
  ...server,
  ...permissionRenaming(server, from, to),
});

/**
 * The fields of a resource server that name a permission, with another name for it: permissions, implications and claims. A node or
 * pattern above it stays. Pure.
 */
export function permissionRenaming(server: FieldsNamingPermissions, from: string, to: string): FieldsNamingPermissions {
  const named = (name: string): string => (name === from ? to : name);
  const { permissions, implications, claims } = server;
  return {
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
