import type { Instant } from '../base/clock.js';
import { ruleHolds } from '../identity/segment-rule.js';
import type { User } from '../identity/user.js';
import type { Client } from '../realm/client.js';
import { compiled } from './compiled.js';
import type { Subject } from './question.js';
import type { Snapshot } from './snapshot.js';

/** A user as decisions see them at this moment, with the segments whose rule holds for them. */
export function subjectOf(user: User, snapshot: Snapshot, at: Instant): Subject {
  const { id, edges, attributes } = user;
  const segments = compiled(snapshot).segments.filter(({ rule }) => ruleHolds(rule, user, at));
  return {
    kind: 'user',
    id,
    edges,
    attributes,
    userstore: 'primary',
    ...(segments.length > 0 && { segments: segments.map((segment) => segment.id) }),
  };
}

/** A client that acts for itself. */
export const clientSubject = ({ id, edges }: Client): Subject => ({ kind: 'client', id, edges });
