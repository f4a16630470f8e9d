import { problem, type Problem } from '../../base/problems/problem.js';
import { isDeepStrictEqual } from 'node:util';
import { type Instant, now } from '../../base/clock.js';
import { isOver, overlap } from '../../base/interval.js';
import type { AssignmentSource, Assignment, AssignmentKind } from '../../base/assignment.js';
import type { Actor } from '../../changes/actor.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import {
  assignmentOf,
  type AssignmentHolder,
  type AssignmentOwner,
  type NewAssignment,
  replaceAssignments,
  wantedFault,
} from './assign.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** The assignments that a source maintains for one holder. A source is a realm file, or a connector that maps groups and roles. */
export interface SourceAssignments {
  readonly source: AssignmentSource;
  /** For each of these kinds `wanted` is complete; other kinds are left alone. */
  readonly kinds: ReadonlySet<AssignmentKind>;
  readonly wanted: readonly NewAssignment[];
  /** Assignments that are removed as well, whoever made them. */
  readonly isObsolete?: (assignment: Assignment) => boolean;
  /** Removes, and adds nothing yet. Wanted assignments whose target does not exist yet are skipped. */
  readonly onlyRemovals?: boolean;
}

export type PlannedAssignments =
  | { readonly ok: true; readonly assignments: readonly Assignment[] }
  /** `index`: the entry of `wanted` that can't be assigned. */
  | { readonly ok: false; readonly index: number; readonly fault: Problem };

/**
 * Replaces all assignments of one source to a holder, in one commit; writes nothing if they are equal. It is the one way for
 * sources, as {@link assign} is for assignments by hand. See {@link planAssignmentsOf} for what is removed, added and left.
 * Refused as `assign` is.
 */
export async function replaceAssignmentsOf<T extends AssignmentHolder>(
  by: Actor,
  owner: AssignmentOwner<T>,
  holder: T,
  maintained: SourceAssignments,
  snapshot: Snapshot,
): Promise<Saved<T>> {
  const planned = planAssignmentsOf(by, holder.assignments, maintained, snapshot, now());
  return planned.ok ? replaceAssignments(by, owner, holder, planned.assignments) : invalid(planned.fault);
}

/**
 * The assignments of a holder as a source wants them. Assignments of the source that it no longer names are removed, those that
 * it names are added, and those of others stay. A file takes over an equal manual assignment; a connector makes its own beside it,
 * since what was given by hand stays when the upstream takes its own away. A manually assigned
 * customer group is replaced, since a user has one at a time. Expired assignments are not made. Pure except for ids.
 */
export function planAssignmentsOf(
  by: Actor,
  held: readonly Assignment[],
  { source, kinds, wanted, isObsolete = () => false, onlyRemovals = false }: SourceAssignments,
  snapshot: Snapshot,
  at: Instant,
): PlannedAssignments {
  const isOwn = (assignment: Assignment): boolean =>
    kinds.has(assignment.kind) && isDeepStrictEqual(assignment.source, source);
  const left = held.filter((assignment) => !isObsolete(assignment));
  const after = new Map(
    left.filter((assignment) => !isOwn(assignment)).map((assignment) => [assignment.id, assignment]),
  );
  const named: Assignment[] = [];
  for (const [index, one] of wanted.entries()) {
    const fault = wantedFault(one, snapshot, source);
    if (fault !== undefined && onlyRemovals) continue;
    if (fault !== undefined) return { ok: false, index, fault };
    const next = { ...assignmentOf(by, one, at), source };
    if (named.some((assignment) => sameTerms(assignment, next))) continue;
    const own = left.find((assignment) => isOwn(assignment) && sameTerms(assignment, next));
    const byHand =
      source.kind === 'file'
        ? left.find((assignment) => assignment.source === undefined && sameTerms(assignment, next))
        : undefined;
    if (!own && !byHand && isOver(next, at)) continue;
    const assignment = own ?? (byHand ? { ...byHand, source } : next);
    named.push(assignment);
    if (assignment.kind === 'customer-group') {
      for (const other of [...after.values()]) {
        if (other.id === assignment.id || other.kind !== 'customer-group' || !overlap(other, assignment)) continue;
        if (!other.source) after.delete(other.id);
        else if (other.target !== assignment.target) return { ok: false, index, fault: keptBy(other.source) };
      }
    }
    after.set(assignment.id, assignment);
  }
  // Keeps the stored order, so that nothing is written if nothing changes.
  const order = new Map(held.map(({ id }, i) => [id, i]));
  const place = ({ id }: Assignment): number => order.get(id) ?? held.length;
  const planned = [...after.values()].sort((a, b) => place(a) - place(b));
  return { ok: true, assignments: onlyRemovals ? planned.filter(({ id }) => order.has(id)) : planned };
}

const sameTerms = (a: Assignment, b: Assignment): boolean =>
  a.kind === b.kind &&
  a.target === b.target &&
  a.validFrom === b.validFrom &&
  a.validUntil === b.validUntil &&
  a.reason === b.reason &&
  isDeepStrictEqual(a.limitations, b.limitations);

const keptBy = (source: AssignmentSource): Problem => problem('other-customer-group', [], { source });
