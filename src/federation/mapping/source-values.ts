import { compareAsStored } from '../../base/text/compare-as-stored.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import { fillTemplate, matchPattern } from './rules/bounded-pattern.js';
import { expressionValue } from './claim-expressions.js';
import { type UpstreamClaims, claimValues } from './claim-values.js';
import type { MappedField } from './rules/mapped-fields.js';
import type { ProfileRule } from './rules/profile-rule-input.js';

/** No field is longer. A longer value of the upstream, such as a photo, is not looked at. */
export const LONGEST_VALUE = 4000;

type SourceValues =
  | { readonly ok: true; readonly values: readonly (string | boolean)[] }
  /** The upstream says nothing here. */
  | { readonly ok: false; readonly why: Problem };

/**
 * The values that a rule finds in the claims, not yet changed or checked. Distinct, smallest first, so that the order in which an
 * upstream returns them does not matter.
 */
export function sourceValues(rule: ProfileRule, field: MappedField, claims: UpstreamClaims): SourceValues {
  if ('constant' in rule) return { ok: true, values: [rule.constant] };
  if ('expression' in rule) {
    const value = expressionValue(rule.expression, field.type, claims);
    const isEmpty = value === undefined || (typeof value === 'string' && value.trim() === '');
    return isEmpty ? nothing(problem('mapping-no-value', [], {})) : { ok: true, values: [value] };
  }
  if ('from' in rule) {
    const values = claimValues(claims, rule.from);
    return values.length === 0 ? missing(rule.from) : { ok: true, values };
  }
  return 'join' in rule ? joinedValue(rule, claims) : splitValues(rule, field, claims);
}

function joinedValue(rule: Extract<ProfileRule, { join: unknown }>, claims: UpstreamClaims): SourceValues {
  const parts: string[] = [];
  for (const claim of rule.join) {
    const [smallest] = claimValues(claims, claim);
    if (smallest === undefined) return missing(claim);
    parts.push(smallest);
  }
  return { ok: true, values: [parts.join(rule.with)] };
}

function splitValues(
  { split, at, take }: Extract<ProfileRule, { split: unknown }>,
  { is }: MappedField,
  claims: UpstreamClaims,
): SourceValues {
  const values = claimValues(claims, split);
  if (values.length === 0) return missing(split);
  const place = take ?? (is === 'attribute' ? undefined : 0);
  const parts = values.flatMap((value) => {
    // The parts of a value that is too long are no values.
    if (value.length > LONGEST_VALUE) return [value];
    const all = value.split(at).map((part) => part.trim());
    return place === undefined ? all : [all.at(place) ?? ''];
  });
  const found = [...new Set(parts)].filter((part) => part !== '').sort(compareAsStored);
  return found.length === 0
    ? nothing(problem('mapping-part-missing', [], { claim: split }))
    : { ok: true, values: found };
}

/** The value after the pattern and case of the rule; undefined if it does not have the form of the pattern. Pure. */
export function changedValue(rule: ProfileRule, value: string): string | undefined {
  if ('constant' in rule) return value;
  const { pattern, to, case: letters } = rule;
  const parts = pattern === undefined ? [] : matchPattern(pattern, value);
  if (parts === undefined) return undefined;
  const changed = to === undefined ? value : fillTemplate(to, parts);
  if (letters === undefined) return changed;
  return letters === 'lower' ? changed.toLowerCase() : changed.toUpperCase();
}

const nothing = (why: Problem): SourceValues => ({ ok: false, why });
const missing = (claim: string): SourceValues => nothing(problem('mapping-claim-missing', [], { claim }));
