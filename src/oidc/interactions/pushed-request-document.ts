import type { Instant } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import { spec } from '../../storage/spec.js';

/** An authorization request that its client pushed (RFC 9126). The id is the hash of what its request_uri carries. */
export type PushedRequest = {
  id: Hashed;
  payload: string;
  /** It was answered: it is good for one answer. */
  consumedAt?: Instant;
  expiresAt: Instant;
};

export const pushedRequests = spec<PushedRequest>()({
  name: 'pushedRequests',
  scope: 'realm',
  version: 1,
  indexed: {},
  hashed: ['id'],
  sealed: ['payload'],
  unique: {},
  queries: {},
});
