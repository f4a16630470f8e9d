import { covers } from '../../realm/resource-servers/permission-covers.js';

/**
 * The scopes of one resource server that a subject holds, in their order. A scope
 * that covers others and is not held itself becomes those below it that are: `orders` becomes `orders:read` for a reader. Pure.
 *
 * @param scopes permission names, each of them declared
 * @param held every declared permission that the subject holds there
 */
export function heldScopes(scopes: Iterable<string>, held: readonly string[]): readonly string[] {
  const all = new Set(held);
  const found = [...scopes].flatMap((scope) =>
    all.has(scope) ? [scope] : held.filter((permission) => covers(scope, permission)),
  );
  return [...new Set(found)];
}
