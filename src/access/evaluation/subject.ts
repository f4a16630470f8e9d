import type { Instant } from '../../base/clock.js';
import { ruleHolds } from '../../identity/groups/segment-rule.js';
import type { Behaviour } from '../../identity/activity/activity.js';
import type { User } from '../../identity/users/user.js';
import type { Client } from '../../realm/clients/client.js';
import { compiled } from './snapshot-index.js';
import type { Subject } from './evaluation-context.js';
import type { Snapshot } from './snapshot.js';

/**
 * A user as decisions see them now, with the segments whose rule holds for them.
 *
 * @param behaviour the user's activity, if the snapshot's rules read it (see {@link readsBehaviour})
 */
export function subjectOf(user: User, snapshot: Snapshot, at: Instant, behaviour?: Behaviour): Subject {
  const { id, assignments, attributes, userstore } = user;
  const segments = segmentsOf(user, snapshot, at, behaviour);
  return {
    kind: 'user',
    id,
    assignments,
    attributes,
    userstore,
    ...(segments.length > 0 && { segments }),
  };
}

/** The sorted ids of a user's segments. */
export const segmentsOf = (user: User, snapshot: Snapshot, at: Instant, behaviour?: Behaviour): string[] =>
  compiled(snapshot)
    .segments.filter(({ rule }) => ruleHolds(rule, user, at, behaviour))
    .map(({ id }) => id);

/** Whether access depends on activity. If not, activity is not read. */
export const readsBehaviour = (snapshot: Snapshot): boolean => compiled(snapshot).readsBehaviour();

/** Whether a user's segments may change because time has passed, so that nothing says until when access stays as it is. */
export const segmentsMove = (snapshot: Snapshot): boolean => compiled(snapshot).movesByItself();

/** A client that acts for itself. */
export const clientSubject = ({ id, assignments }: Client): Subject => ({ kind: 'client', id, assignments });
