import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/**
 * What a user shows besides the password: a one-time code of an authenticator app (TOTP), or a recovery code instead. The id
 * is the user's, whose own document says that there is one (`secondFactorSince`).
 */
export type SecondFactor = {
  id: string;
  /** What the app computes its codes from, in base32. */
  seed: string;
  enrolledAt: Instant;
  /** The step of the last code that was taken: no code counts twice (RFC 6238 5.2). */
  lastStep: number;
  /** Of each recovery code that is left, its hash (see `recovery-codes`). */
  recoveryCodes: string[];
  recoveryCodesMadeAt: Instant;
};

export const secondFactors = spec<SecondFactor>()({
  name: 'secondFactors',
  scope: 'realm',
  version: 1,
  indexed: {},
  sealed: ['seed'],
  unique: {},
  queries: {},
});
