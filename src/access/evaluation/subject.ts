import type { Instant } from '../../base/clock.js';
import { ruleHolds, ruleHoldsWhateverCounted } from '../../identity/groups/segment-rule.js';
import type { Behaviour } from '../../identity/activity/activity.js';
import type { DecidingUser } from '../../identity/users/access-relevant-fields.js';
import type { Client } from '../../realm/clients/client.js';
import { compiled } from './snapshot-index.js';
import type { Subject } from './evaluation-context.js';
import type { DecisionSnapshot } from './snapshot.js';
import { confirmedAssignments } from './confirmed-assignments.js';

/**
 * A user as decisions see them now, with the segments whose rule holds for them.
 *
 * @param behaviour the user's activity, if the snapshot's rules read it (see {@link readsBehaviour})
 */
export const subjectOf = (
  user: DecidingUser,
  snapshot: DecisionSnapshot,
  at: Instant,
  behaviour?: Behaviour,
): Subject => {
  const confirmed = confirmedUser(user, snapshot);
  return inSegments(confirmed, segmentsOf(confirmed, snapshot, at, behaviour));
};

/** With the ends that connectors give to the assignments which they maintain. */
function confirmedUser(user: DecidingUser, { connectors }: DecisionSnapshot): DecidingUser {
  if (!connectors) return user;
  const assignments = confirmedAssignments(user.assignments, user.confirmations, connectors);
  return assignments === user.assignments ? user : { ...user, assignments: [...assignments] };
}

function inSegments({ id, assignments, attributes, userstore }: DecidingUser, segments: readonly string[]): Subject {
  return {
    kind: 'user',
    id,
    assignments,
    attributes,
    userstore,
    ...(segments.length > 0 && { segments }),
  };
}

/** A user whose activity is not known. */
export interface PossibleSubjects {
  /** In those segments only that do not depend on activity. */
  readonly sure: Subject;
  /** In all segments whose rule may hold. */
  readonly possible: Subject;
  /** The sorted ids of the segments in which the two differ. */
  readonly unknown: readonly string[];
}

/** Like {@link subjectOf} for a user whose activity is not known. */
export function possibleSubjects(user: DecidingUser, snapshot: DecisionSnapshot, at: Instant): PossibleSubjects {
  const { segments } = compiled(snapshot);
  const judged = segments.map(({ id, rule }) => ({ id, holds: ruleHoldsWhateverCounted(rule, user, at) }));
  const idsOf = (...answers: readonly (boolean | 'unknown')[]): string[] =>
    judged.flatMap(({ id, holds }) => (answers.includes(holds) ? id : []));
  return {
    sure: inSegments(user, idsOf(true)),
    possible: inSegments(user, idsOf(true, 'unknown')),
    unknown: idsOf('unknown'),
  };
}

/** The sorted ids of a user's segments. */
export const segmentsOf = (
  user: DecidingUser,
  snapshot: DecisionSnapshot,
  at: Instant,
  behaviour?: Behaviour,
): string[] =>
  compiled(snapshot)
    .segments.filter(({ rule }) => ruleHolds(rule, user, at, behaviour))
    .map(({ id }) => id);

/** Whether access depends on activity. If not, activity is not read. */
export const readsBehaviour = (snapshot: DecisionSnapshot): boolean => compiled(snapshot).readsBehaviour();

/** Whether a user's segments may change because time has passed, so that nothing says until when access stays as it is. */
export const segmentsMove = (snapshot: DecisionSnapshot): boolean => compiled(snapshot).movesByItself();

/** A client that acts for itself. */
export const clientSubject = ({ id, assignments }: Pick<Client, 'id' | 'assignments'>): Subject => ({
  kind: 'client',
  id,
  assignments,
});
