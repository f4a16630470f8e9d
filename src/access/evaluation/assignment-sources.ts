import type { Assignment } from '../../base/assignment.js';
import { compare, compiled } from './snapshot-index.js';
import type { Judge } from './evaluate-limitations.js';
import type { Subject } from './evaluation-context.js';
import { isMembership, type ReachedGroup, reachGroups } from './resolve-groups.js';
import type { DecisionSnapshot } from './snapshot.js';

/** Assignments of one holder, sorted by id. */
export interface JudgedSource {
  /** The group that holds them; absent: the subject itself. */
  readonly from?: ReachedGroup;
  readonly assignments: readonly Assignment[];
}

/** The subject's own assignments, then those of every group that they lead to, whether or not they apply. */
export interface AssignmentSources {
  readonly groups: readonly ReachedGroup[];
  readonly all: readonly JudgedSource[];
  /** Evaluates these assignments and what they lead to. */
  readonly judge: Judge;
}

/**
 * The order depends only on the data.
 *
 * @param judging receives the groups above the subject once they are known; memberships are evaluated without them
 */
export function sourcesOf(
  subject: Subject,
  judging: (groups?: ReadonlySet<string>) => Judge,
  snapshot: DecisionSnapshot,
): AssignmentSources {
  const before = judging();
  const { everyone, assignmentsOf } = compiled(snapshot);
  const given = [
    ...(subject.kind === 'user' && everyone ? [everyone] : []),
    ...(subject.segments ?? []).map(inSegment),
  ];
  const own = [...subject.assignments, ...given].sort((a, b) => compare(a.id, b.id));
  const groups = reachGroups(own, snapshot.groups, (assignment) => before.assignment(assignment).holds, assignmentsOf);
  const after = judging(new Set(groups.map(({ id }) => id)));
  return {
    groups,
    all: [{ assignments: own }, ...groups.map((from) => ({ from, assignments: assignmentsOf(from.id) }))],
    judge: {
      limitations: after.limitations,
      assignment: (assignment) => (isMembership(assignment) ? before : after).assignment(assignment),
    },
  };
}

/** The memberships from the subject to the source's group. */
export function assignmentsTo(
  { from }: Pick<JudgedSource, 'from'>,
  [own]: readonly JudgedSource[],
  snapshot: DecisionSnapshot,
): readonly Assignment[] {
  const assignments: Assignment[] = [];
  let holder = own?.assignments ?? [];
  for (const id of from?.way ?? []) {
    const assignment = holder.find((one) => one.id === id);
    if (!assignment) break;
    assignments.push(assignment);
    holder = compiled(snapshot).assignmentsOf(assignment.target);
  }
  return assignments;
}

/** Only a rule puts users into a segment. */
const inSegment = (id: string): Assignment => ({
  id: `segment:${id}`,
  kind: 'membership',
  target: id,
  grantedBy: 'system:rule',
  grantedAt: 0,
  limitations: [],
});
