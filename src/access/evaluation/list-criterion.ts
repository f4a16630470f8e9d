import type { Limitation } from '../../base/assignment.js';
import { compare, compiled } from './snapshot-index.js';
import type { WantedPermission } from './decide.js';
import { givingsOf, mayGive } from './matching-policies.js';
import { judgeOf } from './evaluate-limitations.js';
import type { Criterion } from '../limitations/limitation.js';
import { LIMITATIONS } from '../limitations/limitations.js';
import type { EvaluationContext, EvaluationQuestion, Subject } from './evaluation-context.js';
import type { Snapshot } from './snapshot.js';
import { sourcesOf } from './assignment-sources.js';

/** A condition that an index can answer: the row's field is, or contains, one of these values. */
export type Conjunct = Exclude<Criterion, string>;

/** Rows that meet at least one of these; `all`: an index cannot narrow them. */
export type ListCriterion = 'all' | 'none' | readonly Conjunct[];

const MOST_BRANCHES = 16;
/** The maximum number of values of one branch: above some 200 an index no longer returns rows in order. */
const MOST_VALUES = 100;

/**
 * Which resources of a list the subject may do this to, as far as an index can tell. It never excludes one that `decide`
 * allows, and may include others: `decide` evaluates each row. Pure; reads no store and no clock. @throws never
 */
export function criterionOf(
  subject: Subject,
  { audience, permission, properties = {} }: WantedPermission,
  context: EvaluationContext,
  snapshot: Snapshot,
): ListCriterion {
  const givers = compiled(snapshot).givers(audience, permission);
  if (!givers) return 'none';
  let question: EvaluationQuestion = { subject, context, action: { name: permission, properties } };
  const judging = (groups?: ReadonlySet<string>) => {
    if (groups) question = { ...question, groups };
    return judgeOf(question, 'listing');
  };
  const sources = sourcesOf(subject, judging, snapshot);
  const { judge } = sources;

  const values = new Map<Conjunct['field'], Set<string>>();
  for (const { assignments } of sources.all) {
    for (const assignment of assignments) {
      if (!mayGive(assignment, givers) || !judge.assignment(assignment).holds) continue;
      for (const { by } of givingsOf(assignment, { givers, audience, context })) {
        const policy = by?.policy.limitations ?? [];
        if (!judge.limitations(policy).holds) continue;
        // Limitations of memberships do not narrow a list: another membership may lead to the same group.
        const narrowest = narrowestOf([...assignment.limitations, ...policy], question);
        if (!narrowest) return 'all';
        const known = values.get(narrowest.field) ?? new Set();
        narrowest.in.forEach((value) => known.add(value));
        values.set(narrowest.field, known);
      }
    }
  }
  return branchesOf(values);
}

/** All of them must hold, so any one can be looked up. Uses the one with the fewest values. */
function narrowestOf(limitations: readonly Limitation[], question: EvaluationQuestion): Conjunct | undefined {
  return limitations
    .map(({ kind, values }) => LIMITATIONS.get(kind)?.criterion(values, question))
    .filter((one) => one !== undefined && typeof one !== 'string')
    .sort((a, b) => a.in.length - b.in.length || compare(a.field, b.field) || compare(a.in.join(' '), b.in.join(' ')))
    .at(0);
}

function branchesOf(values: ReadonlyMap<Conjunct['field'], ReadonlySet<string>>): ListCriterion {
  const branches: Conjunct[] = [];
  for (const [field, all] of [...values].sort(([a], [b]) => compare(a, b))) {
    const sorted = [...all].sort(compare);
    for (let at = 0; at < sorted.length; at += MOST_VALUES)
      branches.push({ field, in: sorted.slice(at, at + MOST_VALUES) });
  }
  if (branches.length === 0) return 'none';
  return branches.length > MOST_BRANCHES ? 'all' : branches;
}
