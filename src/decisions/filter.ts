import { type Conjunct, criterionOf } from '../access/evaluation/list-criterion.js';
import { decide } from '../access/evaluation/decide.js';
import type { Snapshot } from '../access/evaluation/snapshot.js';
import type { Instant } from '../base/clock.js';
import { type Reasoned, reasonedOf } from './answer.js';
import { askingOf, type QuestionSources } from './asking.js';
import type { FilterQuestion } from './evaluation.js';
import { wantedOf } from './wanted.js';

/** The conditions that an application adds to the query of a list. */
export interface ListFilter {
  /**
   * `all` and `none` apply to every row, without further questions. `some`: only rows that meet one of `where` may be allowed;
   * evaluations tell which of them are.
   */
  readonly rows: 'all' | 'none' | 'some';
  /**
   * By the names that questions use: the row's owner, or one of its groups, is one of `in`. Absent: nothing can be said before
   * a row is read.
   */
  readonly where?: readonly { readonly field: 'owner' | 'within'; readonly in: readonly string[] }[];
  readonly context: Reasoned;
}

/** A larger query is more than databases accept. */
const MOST_VALUES = 1000;

/** Returns which rows of a list a subject may act on, before any of them is read. Never excludes an allowed row. */
export async function filterFor(
  question: FilterQuestion,
  audience: string,
  sources: QuestionSources,
  snapshot: Snapshot,
  at: Instant,
): Promise<ListFilter> {
  const asking = await askingOf(question, audience, sources, snapshot, at);
  if (!asking.ok) return { rows: 'none', context: { reasons: [asking.reason] } };
  const { subject, context } = asking;
  const wanted = wantedOf(question.action, audience);
  // A decision that holds without any property of a resource holds for every resource.
  const decision = decide(subject, wanted, undefined, context, snapshot);
  const criterion = decision.allowed ? 'all' : criterionOf(subject, wanted, context, snapshot);
  const reasoned = reasonedOf(decision, asking, snapshot);
  if (decision.allowed || criterion === 'none') return { rows: decision.allowed ? 'all' : 'none', context: reasoned };
  // A row's owner is stored under the caller's own name for the user. An id would find none, and reveal what the caller must
  // not know.
  const { id: givenId } = question.subject;
  const nameOf = (id: string): string => (id === sources.idOf(givenId) ? givenId : id);
  const where = criterion === 'all' ? undefined : inNames(criterion, snapshot, nameOf);
  return { rows: 'some', ...(where && { where }), context: reasoned };
}

/** Undefined if it would be too large, or needs fields that an application's rows do not have. */
function inNames(
  criterion: readonly Conjunct[],
  snapshot: Snapshot,
  nameOf: (id: string) => string,
): ListFilter['where'] {
  const where: { field: 'owner' | 'within'; in: readonly string[] }[] = [];
  for (const { field, in: values } of criterion) {
    if (field !== 'owner' && field !== 'within') return undefined;
    where.push({ field, in: field === 'owner' ? values.map(nameOf) : namesBelow(values, snapshot) });
  }
  return where.reduce((sum, { in: values }) => sum + values.length, 0) > MOST_VALUES ? undefined : where;
}

/** The names of these groups and of all groups below them: a row names its groups, and only Gatehouse knows the hierarchy. */
function namesBelow(ids: readonly string[], { groups }: Snapshot): string[] {
  const below = new Map<string, string[]>();
  for (const { id, assignments } of groups.values()) {
    for (const { kind, target } of assignments) {
      if (kind === 'membership') below.set(target, [...(below.get(target) ?? []), id]);
    }
  }
  const all = new Set(ids);
  // Iterating over a set also visits entries that are added meanwhile.
  for (const id of all) for (const lower of below.get(id) ?? []) all.add(lower);
  return [...all].flatMap((id) => groups.get(id)?.name ?? []).sort();
}
