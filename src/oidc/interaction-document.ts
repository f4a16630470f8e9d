import { hours, type Instant, now } from '../base/clock.js';
import type { Hashed } from '../base/hash-of.js';
import { spec } from '../storage/spec.js';

/** An authorization request that waits for a person. The id is the hash of its uid, which its cookie carries. */
export type InteractionDocument = {
  id: Hashed;
  payload: string;
  /** Whose request it is or was. Absent where a server of an earlier version wrote it. */
  clientId?: string;
  /** From then on, or once it is `over`, it is kept only to tell the person where to start again. */
  endsAt?: Instant;
  over?: true;
  /** What its browser has shown so far (see `sign-in/attempt`), as JSON. */
  attempt?: string;
  expiresAt: Instant;
};

export const interactions = spec<InteractionDocument>()({
  name: 'interactions',
  scope: 'realm',
  version: 1,
  indexed: {},
  hashed: ['id'],
  sealed: ['payload', 'attempt'],
  unique: {},
  queries: {},
});

/** How long a person who comes back to a sign-in that has ended is told which application it was. */
export const REMEMBERED_FOR = hours(24);

/** Whether it still waits. Pure but for the clock. */
export const isWaiting = ({ over, endsAt }: InteractionDocument): boolean =>
  over !== true && (endsAt === undefined || endsAt > now());
