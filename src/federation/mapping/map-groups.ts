import { dnKey, parseDn } from '../../base/text/distinguished-name.js';
import { compareAsStored } from '../../base/text/compare-as-stored.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { nameFault } from '../../base/text/text-faults.js';
import type { UpstreamGroup } from '../../identity/userstores/password-connector.js';
import { fillTemplate } from './rules/bounded-pattern.js';
import { type GroupRule, matchListed } from './rules/group-rule-input.js';
import { fewSteps, type MappingRule, type MappingStep, shown } from './mapping-trace.js';

/** What a group of the upstream leads to. `rule` is the place of the rule in the mapping, and `from` the upstream's group, cut if long. */
export type MappedTarget =
  | { readonly kind: 'role' | 'group'; readonly name: string; readonly rule: number; readonly from: string }
  | MirrorTarget;

/** A group that the connector owns. Its name may change, its id never does. */
export interface MirrorTarget {
  readonly kind: 'mirror';
  readonly id: string;
  readonly name: string;
  readonly rule: number;
}

export interface MappedGroups {
  /** Each once, in the order of the rules. */
  readonly targets: readonly MappedTarget[];
  readonly steps: readonly MappingStep[];
}

/** Of a name or id of a group. */
const LONGEST_NAME = 255;

/** Applies the rules for groups. The order of the groups does not matter. Pure, never throws. */
export function mapGroups(rules: readonly GroupRule[], groups: readonly UpstreamGroup[]): MappedGroups {
  const sorted = groups.toSorted(
    (one, other) =>
      compareAsStored(one.name, other.name) ||
      compareAsStored(one.id ?? '', other.id ?? '') ||
      compareAsStored(one.dn ?? '', other.dn ?? ''),
  );
  const find = groupFinder(sorted);
  const targets = new Map<string, MappedTarget>();
  const steps = rules.flatMap((rule, index): readonly MappingStep[] => {
    const at: MappingRule = { of: 'groups', index };
    const found = find(rule);
    if (found.length === 0) return [{ rule: at, outcome: 'no-match', why: problem('mapping-no-group', [], {}) }];
    const judged = found.map((group): MappingStep => {
      const { target, why } = targetOf(rule, index, group);
      const step = { rule: at, from: shown(group.name) };
      if (!target) return { ...step, outcome: 'refused', why };
      const key = keyOf(target);
      if (!targets.has(key)) targets.set(key, target);
      return { ...step, outcome: 'set', value: shown(target.name) };
    });
    return fewSteps(judged);
  });
  return { targets: [...targets.values()], steps };
}

/** Finds the groups that a rule is about. Names and DNs are indexed: a user may be in thousands of groups. */
function groupFinder(groups: readonly UpstreamGroup[]): (rule: GroupRule) => readonly UpstreamGroup[] {
  const byName = Map.groupBy(groups, ({ name }) => name);
  let byDn: ReadonlyMap<string | undefined, readonly UpstreamGroup[]> | undefined;
  return (rule) => {
    if ('exact' in rule) return byName.get(rule.exact) ?? [];
    if (!('dn' in rule)) return groups.filter(({ name }) => matchListed(rule, name) !== undefined);
    byDn ??= Map.groupBy(groups, ({ dn }) => (dn === undefined ? undefined : keyOfDn(dn)));
    const wanted = keyOfDn(rule.dn);
    // A text that is no DN equals no other one.
    return wanted === undefined ? [] : (byDn.get(wanted) ?? []);
  };
}

/** Undefined if it is no distinguished name, which equals nothing. */
function keyOfDn(text: string): string | undefined {
  const dn = parseDn(text);
  return dn && dnKey(dn);
}

type Led = { readonly target: MappedTarget; readonly why?: never } | { readonly target?: never; readonly why: Problem };

function targetOf(rule: GroupRule, index: number, group: UpstreamGroup): Led {
  const { id, name: upstream } = group;
  if ('mirror' in rule.to) {
    const isListed = !('for' in rule) || rule.for.includes(upstream);
    if (!isListed) return { why: notListed(upstream) };
    // By its name, it would be another group once somebody renames it there.
    if (id === undefined) return { why: problem('mapping-group-without-id', [], {}) };
    const why = mirrorFault(id, upstream);
    return why ? { why } : { target: { kind: 'mirror', id, name: upstream, rule: index } };
  }
  // A group that is found by its DN may have a name of any length.
  const from = shown(upstream);
  const kind = 'role' in rule.to ? 'role' : 'group';
  const written = 'role' in rule.to ? rule.to.role : rule.to.group;
  if (!('for' in rule)) return { target: { kind, name: written, rule: index, from } };
  const name = fillTemplate(written, matchListed(rule, upstream) ?? []);
  // Whoever names groups at the upstream must not choose among all roles and groups here.
  return rule.for.includes(name) ? { target: { kind, name, rule: index, from } } : { why: notListed(name) };
}

const notListed = (name: string): Problem => problem('mapping-not-listed', [], { name: shown(name) });

function mirrorFault(id: string, name: string): Problem | undefined {
  if (id === '' || id.length > LONGEST_NAME) return problem('mapping-group-id-form', [], {});
  if (name.length > LONGEST_NAME) return problem('text-too-long', [], { text: 'group-name', most: LONGEST_NAME });
  return nameFault('group-name', name);
}

const keyOf = (target: MappedTarget): string =>
  JSON.stringify(target.kind === 'mirror' ? [target.kind, target.id] : [target.kind, target.name]);
