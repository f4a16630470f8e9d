import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/**
 * The key that seals what records and history contain about one person. It outlives the user document; only erasure removes the
 * key, and everything sealed under it then stays closed for good.
 */
export type PersonKey = {
  /** `user:<id>`; or `month:<year>-<month>`, for personal data of nobody who is known. */
  id: string;
  /** 32 bytes in base64url. Absent: the person was erased, and gets no other key. */
  key?: string;
  madeAt: Instant;
  erasedAt?: Instant;
};

export const personKeys = spec<PersonKey>()({
  name: 'personKeys',
  scope: 'realm',
  version: 1,
  indexed: {},
  // A new sealing key seals these keys anew, and none of what they seal.
  sealed: ['key'],
  unique: {},
  queries: {},
});
