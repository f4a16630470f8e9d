import type { Mapping } from './mapping-input.js';

/** A role or group to which a mapping can lead. */
export interface PossibleTarget {
  readonly kind: 'role' | 'group' | 'mirror';
  /** Of a mirrored group: the name that the rule gives for it, or its DN. */
  readonly name: string;
  /** `named`: by a rule for exactly one group of the upstream. `listed`: by a prefix or pattern, which any group may come to fit. */
  readonly by: 'named' | 'listed';
}

/**
 * Everything to which a mapping can lead, each once for each way, in the order of the rules. A caller allows a role that
 * administers only where it is `named`, and never also `listed`. Pure.
 */
export function targetsOf({ groups }: Pick<Mapping, 'groups'>): readonly PossibleTarget[] {
  const all = groups.flatMap((rule): PossibleTarget[] => {
    const kind = 'role' in rule.to ? 'role' : 'group' in rule.to ? 'group' : 'mirror';
    if ('for' in rule) return rule.for.map((name) => ({ kind, name, by: 'listed' }));
    const upstream = 'exact' in rule ? rule.exact : rule.dn;
    const name = 'role' in rule.to ? rule.to.role : 'group' in rule.to ? rule.to.group : upstream;
    return [{ kind, name, by: 'named' }];
  });
  return [...new Map(all.map((target) => [JSON.stringify(target), target])).values()];
}
