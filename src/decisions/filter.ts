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
   * `all`, `none`: so it is with every row, and nothing more needs to be asked. `some`: a row that meets one of `where` may be allowed, and
   * others are not; which of those are, evaluations tell.
   */
  readonly rows: 'all' | 'none' | 'some';
  /** By the names that questions have for them: one of `in` is the row's owner, or a group that it belongs to. Absent: nothing can be said before a row is seen. */
  readonly where?: readonly { readonly field: 'owner' | 'within'; readonly in: readonly string[] }[];
  readonly context: Reasoned;
}

/** More would be longer than what databases take in one query. */
const MOST_VALUES = 1000;

/** Answers which rows of a list somebody may do something to, before any of them is read. It never leaves out one that is allowed. */
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
  // A row's owner stands there by the name that the caller has for them: an id would find none, and tell what the caller is not to know.
  const { id: told } = question.subject;
  const nameOf = (id: string): string => (id === sources.idOf(told) ? told : id);
  const where = criterion === 'all' ? undefined : inNames(criterion, snapshot, nameOf);
  return { rows: 'some', ...(where && { where }), context: reasoned };
}

/** Undefined where it would be too much, or names what an application's rows do not have. */
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

/** The names of these groups and of all below them: a row names the groups that it is in, and the way up is ours. */
function namesBelow(ids: readonly string[], { groups }: Snapshot): string[] {
  const below = new Map<string, string[]>();
  for (const { id, assignments } of groups.values()) {
    for (const { kind, target } of assignments) {
      if (kind === 'membership') below.set(target, [...(below.get(target) ?? []), id]);
    }
  }
  const all = new Set(ids);
  // A set that grows while it is gone through is gone through to its new end.
  for (const id of all) for (const lower of below.get(id) ?? []) all.add(lower);
  return [...all].flatMap((id) => groups.get(id)?.name ?? []).sort();
}
