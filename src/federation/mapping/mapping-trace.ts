import { problem, type Problem } from '../../base/problems/problem.js';

/** One step of a mapping, for the administrator who tries it. */
export interface MappingStep {
  readonly rule: MappingRule;
  readonly outcome: MappingOutcome;
  /** What was set, or did not fit, as text; a long value is cut. */
  readonly value?: string;
  /** Of a rule for groups: the name of the upstream's group. */
  readonly from?: string;
  /** Why nothing was set. */
  readonly why?: Problem;
}

/** A rule by its list of the mapping and its place there. `emailTrust` is no list. */
export type MappingRule =
  | { readonly of: 'profile'; readonly index: number; readonly field: string }
  | { readonly of: 'groups' | 'level'; readonly index: number }
  | { readonly of: 'emailTrust' };

/**
 * `empty`: the upstream says nothing here, so nothing changes. `no-match`: what it says is not what the rule is for. `refused`:
 * it does not fit our own rules, or the list of the rule. `skipped`: an earlier rule has set the field.
 */
export type MappingOutcome = 'set' | 'empty' | 'no-match' | 'refused' | 'skipped';

const SHOWN = 200;

/** A value of the upstream as the trace shows it. */
export function shown(value: string | boolean): string {
  const text = String(value);
  // A cut may leave half of a character.
  return (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`).toWellFormed();
}

const MOST_ALIKE = 20;

/** Of a rule that judged very many values the first steps, and how many more there were. Those that set something all stay. */
export function fewSteps(steps: readonly MappingStep[]): readonly MappingStep[] {
  const [set, others] = [steps.filter(isSet), steps.filter((step) => !isSet(step))];
  const last = others.at(MOST_ALIKE);
  if (!last) return steps;
  const more = problem('mapping-more-alike', [], { count: others.length - MOST_ALIKE });
  return [...set, ...others.slice(0, MOST_ALIKE), { rule: last.rule, outcome: last.outcome, why: more }];
}

const isSet = ({ outcome }: MappingStep): boolean => outcome === 'set';
