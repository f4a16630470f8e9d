/** Scopes and claims that are consented to, or could be. */
export interface Consented {
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  /** By resource server identifier. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
}

/** The intersection of both. Pure. */
export function inBoth(a: Consented, b: Consented): Consented {
  const common = (one: readonly string[], other: readonly string[] = []) => one.filter((name) => other.includes(name));
  return {
    scopes: common(a.scopes, b.scopes),
    claims: common(a.claims, b.claims),
    resourceScopes: Object.fromEntries(
      Object.entries(a.resourceScopes).flatMap(([identifier, names]) => {
        const sharedNames = common(names, b.resourceScopes[identifier]);
        return sharedNames.length > 0 ? [[identifier, sharedNames] as const] : [];
      }),
    ),
  };
}

/** The union of both, each name once. Pure. */
export function inEither(a: Consented, b: Consented): Consented {
  const all = (one: readonly string[] = [], other: readonly string[] = []) => [...new Set([...one, ...other])];
  const identifiers = all(Object.keys(a.resourceScopes), Object.keys(b.resourceScopes));
  return {
    scopes: all(a.scopes, b.scopes),
    claims: all(a.claims, b.claims),
    resourceScopes: Object.fromEntries(
      identifiers.map((identifier) => [identifier, all(a.resourceScopes[identifier], b.resourceScopes[identifier])]),
    ),
  };
}
