import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '../../base/clock.js';
import type { AssignmentSource, Assignment, AssignmentKind } from '../../base/assignment.js';
import type { Actor } from '../../changes/actor.js';
import { assignmentOf, overlap, type NewAssignment, wantedFault } from './assign.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** The assignments of one holder that a source maintains. */
export interface Keeping {
  readonly source: AssignmentSource;
  /** For each of these kinds `wanted` is complete; other kinds are left alone. */
  readonly kinds: ReadonlySet<AssignmentKind>;
  readonly wanted: readonly NewAssignment[];
  /** Assignments whose target does not exist yet are skipped. */
  readonly asFarAsPossible?: boolean;
}

export type KeptAssignments =
  | { readonly ok: true; readonly assignments: readonly Assignment[] }
  /** `index`: the entry of `wanted` that can't be assigned. */
  | { readonly ok: false; readonly index: number; readonly message: string };

/**
 * The assignments of a holder as a source wants them. Assignments of the source that it no longer names are removed, those that
 * it names are added, and those of others stay. An equal manual assignment is taken over by the source. A manually assigned
 * customer group is replaced, since a user has one at a time. Expired assignments are not made. Pure except for ids.
 */
export function keepAssignments(
  by: Actor,
  held: readonly Assignment[],
  { source, kinds, wanted, asFarAsPossible = false }: Keeping,
  snapshot: Snapshot,
  at: Instant,
): KeptAssignments {
  const isOwn = (assignment: Assignment): boolean =>
    kinds.has(assignment.kind) && isDeepStrictEqual(assignment.source, source);
  const after = new Map(
    held.filter((assignment) => !isOwn(assignment)).map((assignment) => [assignment.id, assignment]),
  );
  const named: Assignment[] = [];
  for (const [index, one] of wanted.entries()) {
    const fault = wantedFault(one, snapshot);
    if (fault !== undefined && asFarAsPossible) continue;
    if (fault !== undefined) return { ok: false, index, message: fault };
    const next = { ...assignmentOf(by, one, at), source };
    if (named.some((assignment) => sameTerms(assignment, next))) continue;
    const own = held.find((assignment) => isOwn(assignment) && sameTerms(assignment, next));
    const byHand = held.find((assignment) => assignment.source === undefined && sameTerms(assignment, next));
    if (!own && !byHand && isOver(next, at)) continue;
    const assignment = own ?? (byHand ? { ...byHand, source } : next);
    named.push(assignment);
    if (assignment.kind === 'customer-group') {
      for (const other of [...after.values()]) {
        if (other.id === assignment.id || other.kind !== 'customer-group' || !overlap(other, assignment)) continue;
        if (!other.source) after.delete(other.id);
        else if (other.target !== assignment.target) return { ok: false, index, message: otherKeeper(other.source) };
      }
    }
    after.set(assignment.id, assignment);
  }
  // Keeps the stored order, so that nothing is written if nothing changes.
  const order = new Map(held.map(({ id }, i) => [id, i]));
  const place = ({ id }: Assignment): number => order.get(id) ?? held.length;
  return { ok: true, assignments: [...after.values()].sort((a, b) => place(a) - place(b)) };
}

const isOver = ({ validUntil }: Assignment, at: Instant): boolean => validUntil !== undefined && validUntil <= at;

const sameTerms = (a: Assignment, b: Assignment): boolean =>
  a.kind === b.kind &&
  a.target === b.target &&
  a.validFrom === b.validFrom &&
  a.validUntil === b.validUntil &&
  a.reason === b.reason &&
  isDeepStrictEqual(a.limitations, b.limitations);

const otherKeeper = ({ kind, id }: AssignmentSource): string =>
  `A person is in one customer group at a time, and the ${kind === 'file' ? 'realm file' : 'connector'} ${id} keeps another.`;
