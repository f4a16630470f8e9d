/** Kinds of records: `sign-in`, or all that begin alike: `user.*`. `*` is every kind. */
export type KindPatterns = readonly string[];

/** Pure. */
export const matchesKind = (patterns: KindPatterns, kind: string): boolean =>
  patterns.some((pattern) => (pattern.endsWith('*') ? kind.startsWith(pattern.slice(0, -1)) : kind === pattern));
