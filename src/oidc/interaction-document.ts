import type { Instant } from '../base/clock.js';
import type { Hashed } from '../base/hash-of.js';
import { spec } from '../storage/spec.js';

/** An authorization request that waits for a person. The id is the hash of its uid, which its cookie carries. */
export type InteractionDocument = {
  id: Hashed;
  payload: string;
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
