import { covers, EVERYTHING } from '../../realm/resource-servers/permission-covers.js';
import type { Implication, Permission } from '../../realm/resource-servers/resource-server.js';

/** The permissions that a permission implies, as its resource server declares them. */
export interface Declared {
  readonly permissions: readonly Pick<Permission, 'name' | 'implies'>[];
  readonly implications?: readonly Implication[];
}

/**
 * The declared permissions that these nodes grant: everything they cover, and everything that implies, directly or indirectly.
 * In the order of declaration; undeclared permissions are never granted. Never throws, whatever the declarations contain
 * (including cycles).
 */
export function expand(nodes: Iterable<string>, declared: Declared): readonly string[] {
  const given = new Set(nodes);
  const patterns = new Set([...given].filter(isPattern));
  const expanded = new Set<string>();
  const add = (implied: readonly string[]): boolean => {
    const before = given.size;
    for (const node of implied) if (isPattern(node)) patterns.add(node);
    for (const node of implied) given.add(node);
    return given.size > before;
  };
  let grew = given.size > 0;
  while (grew) {
    grew = false;
    for (const { name, implies } of declared.permissions) {
      if (expanded.has(name) || !isCovered(name, given, patterns)) continue;
      expanded.add(name);
      // A permission that was skipped earlier in this round may be covered now.
      grew = add(implies) || grew;
      for (const rule of declared.implications ?? []) {
        if (covers(rule.permission, name)) grew = add(rule.implies) || grew;
      }
    }
  }
  return declared.permissions.map(({ name }) => name).filter((name) => expanded.has(name));
}

const isPattern = (node: string): boolean => node.includes('*') && node !== EVERYTHING;

/** Like {@link covers} for many nodes. Looks up the path's nodes, since subjects hold more nodes than a path has segments. */
function isCovered(permission: string, nodes: ReadonlySet<string>, patterns: ReadonlySet<string>): boolean {
  if (nodes.has(EVERYTHING)) return true;
  for (let end = permission.length; end > 0; end = permission.lastIndexOf(':', end - 1)) {
    if (nodes.has(permission.slice(0, end))) return true;
  }
  for (const pattern of patterns) if (covers(pattern, permission)) return true;
  return false;
}

/**
 * Narrows a subject's permissions at one audience to the granted scopes. If any granted scope is a scope of that audience, only
 * what those cover remains; otherwise everything does. Never more than `permissions`.
 *
 * @param audienceScopes the names that the audience's resource server declares, which are its scopes
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
