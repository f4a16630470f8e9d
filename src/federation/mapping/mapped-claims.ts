import type { Mapping } from './mapping-input.js';

/** The claims that the rules of a mapping name. Expressions may read others, which the settings of the connector name. Pure. */
export function mappedClaims({ profile }: Pick<Mapping, 'profile'>): readonly string[] {
  const named = profile.flatMap((rule) => {
    if ('from' in rule) return [rule.from];
    if ('join' in rule) return rule.join;
    return 'split' in rule ? [rule.split] : [];
  });
  return [...new Set(named)];
}
