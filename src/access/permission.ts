import type { Permission } from '../realm/resource-server.js';

/** The node that covers every permission of its resource server. */
export const EVERYTHING = '*';

/** Whether holding `node` means holding `permission`: it is that, stands above it in the path, or is `*`. */
export const covers = (node: string, permission: string): boolean =>
  node === EVERYTHING || node === permission || permission.startsWith(`${node}:`);

/**
 * The declared permissions that these nodes give: what they cover, and what that implies, as far as it goes. In the order
 * of declaration; what is not declared is never given. Never throws, whatever the declarations say (circles too).
 */
export function expand(
  nodes: Iterable<string>,
  declared: readonly Pick<Permission, 'name' | 'implies'>[],
): readonly string[] {
  const given = new Set(nodes);
  const held = new Set<string>();
  let grew = given.size > 0;
  while (grew) {
    grew = false;
    for (const { name, implies } of declared) {
      if (held.has(name) || !isCovered(name, given)) continue;
      held.add(name);
      for (const implied of implies) {
        // What was passed over earlier in this round may be covered now.
        if (given.size < given.add(implied).size) grew = true;
      }
    }
  }
  return declared.map(({ name }) => name).filter((name) => held.has(name));
}

/** {@link covers} of any of many nodes: by looking the path's nodes up, since subjects hold more nodes than paths have parts. */
function isCovered(permission: string, nodes: ReadonlySet<string>): boolean {
  if (nodes.has(EVERYTHING)) return true;
  for (let end = permission.length; end > 0; end = permission.lastIndexOf(':', end - 1)) {
    if (nodes.has(permission.slice(0, end))) return true;
  }
  return false;
}

/**
 * What a token may carry of what its subject holds at one audience: if any of the granted scopes is a scope of that
 * audience, only what those cover; else all of it. Never more than `permissions`.
 *
 * @param audienceScopes the names that the audience's resource server declares: they are its scopes
 */
export function narrow(
  permissions: readonly string[],
  grantedScopes: Iterable<string>,
  audienceScopes: Iterable<string>,
): readonly string[] {
  const scopes = new Set(audienceScopes);
  const granted = [...grantedScopes].filter((scope) => scopes.has(scope));
  if (granted.length === 0) return permissions;
  return permissions.filter((permission) => granted.some((scope) => covers(scope, permission)));
}
