import { compareAsStored } from '../../base/text/compare-as-stored.js';
import { problem, type Problem } from '../../base/problems/problem.js';
import type { UpstreamClaims } from './claim-values.js';
import type { MappedField } from './rules/mapped-fields.js';
import { fewSteps, type MappingRule, type MappingStep, shown } from './mapping-trace.js';
import type { ProfileRule } from './rules/profile-rule-input.js';
import { changedValue, LONGEST_VALUE, sourceValues } from './source-values.js';

/** Of one attribute, and of all attributes of a user (see `attributesInput`). */
export const MOST = { values: 20, attributes: 100 } as const;

export interface AppliedRule {
  /** As our own rules read them. A field with one value has one at most. */
  readonly values: readonly unknown[];
  readonly steps: readonly MappingStep[];
}

/**
 * Applies one rule to the claims. Of several values a field takes the smallest one that fits it, in the order of code points,
 * whatever order the upstream returns them in; an attribute takes as many as there is room for. Pure, never throws.
 *
 * @param room how many values the field takes
 */
export function applyRule(
  rule: ProfileRule,
  index: number,
  field: MappedField,
  claims: UpstreamClaims,
  room: number,
): AppliedRule {
  const at: MappingRule = { of: 'profile', index, field: field.name };
  const source = sourceValues(rule, field, claims);
  if (!source.ok) return { values: [], steps: [{ rule: at, outcome: 'empty', why: source.why }] };
  const steps: MappingStep[] = [];
  const leftOut = (value: string | boolean, outcome: 'no-match' | 'refused', why: Problem): void => {
    steps.push({ rule: at, outcome, value: shown(value), why });
  };
  const changed = new Set<string | boolean>();
  for (const value of source.values) {
    if (typeof value === 'boolean') changed.add(value);
    else if (value.length > LONGEST_VALUE) {
      leftOut(value, 'refused', problem('mapping-value-too-long', [], { most: LONGEST_VALUE }));
    } else {
      const text = changedValue(rule, value);
      if (text !== undefined) changed.add(text);
      else leftOut(value, 'no-match', problem('mapping-pattern-differs', [], { pattern: patternOf(rule) }));
    }
  }
  const candidates = [...changed].sort((one, other) => compareAsStored(String(one), String(other)));
  if (field.type === 'boolean' && candidates.length > 1) {
    leftOut(candidates.join(', '), 'refused', problem('mapping-values-differ', [], {}));
    return { values: [], steps: fewSteps(steps) };
  }
  const values: unknown[] = [];
  for (const candidate of candidates) {
    if (values.length >= room) {
      // Another value of a field with one value is no fault.
      if (field.is === 'attribute') leftOut(candidate, 'refused', problem('mapping-too-many-values', [], MOST));
      continue;
    }
    const read = readCandidate(field, candidate);
    if (read.ok) {
      values.push(read.value);
      steps.push({ rule: at, outcome: 'set', value: shown(String(read.value)) });
    } else leftOut(candidate, 'refused', read.why);
  }
  return { values, steps: fewSteps(steps) };
}

type ReadCandidate = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: Problem };

function readCandidate(field: MappedField, candidate: string | boolean): ReadCandidate {
  if (field.type === 'boolean') {
    // Exactly these words: anything else is neither.
    const word = String(candidate);
    if (word === 'true' || word === 'false') return { ok: true, value: word === 'true' };
    return { ok: false, why: problem('mapping-no-boolean', [], {}) };
  }
  const read = field.read(candidate);
  if (read.ok) return read;
  return { ok: false, why: read.problems[0] ?? problem('no-form-fits', [], {}) };
}

const patternOf = (rule: ProfileRule): string => ('constant' in rule ? '' : (rule.pattern ?? ''));
