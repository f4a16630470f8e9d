import type { Instant } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import { spec } from '../../storage/spec.js';

/** A proved answer whose browser has not shown itself yet. The id is the hash of its ticket. */
export type UpstreamAnswer = {
  id: Hashed;
  connector: string;
  /** Of the sign-in that it answers. Absent: it answers none. */
  state?: Hashed;
  /** What the connector read, as text. */
  answer: string;
  /** How a message about a sign-out there names the person and the session, as in a proof. Absent: none can. */
  signOutName?: Hashed;
  upstreamSession?: Hashed;
  /** By what it counts once, until when. */
  once: string;
  onceUntil: Instant;
  expiresAt: Instant;
};

export const upstreamAnswers = spec<UpstreamAnswer>()({
  name: 'upstreamAnswers',
  scope: 'realm',
  version: 1,
  indexed: { signOutName: 'string', onceUntil: 'number' },
  hashed: ['id', 'signOutName'],
  sealed: ['answer'],
  unique: {},
  queries: { bySignOutName: { equal: ['signOutName'], order: 'onceUntil' } },
});
