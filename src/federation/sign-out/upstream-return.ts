import type { Instant } from '../../base/clock.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import { spec } from '../../storage/spec.js';

/** Where a browser goes that signs out at an upstream and comes back. The id is the hash of the state that comes back with it. */
export type UpstreamReturn = {
  id: Hashed;
  connector: string;
  /** An address that an application registered. Absent: a page of ours. */
  returnTo?: string;
  expiresAt: Instant;
};

export const upstreamReturns = spec<UpstreamReturn>()({
  name: 'upstreamReturns',
  scope: 'realm',
  version: 1,
  indexed: {},
  hashed: ['id'],
  unique: {},
  queries: {},
});
