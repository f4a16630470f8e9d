import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/**
 * A second factor: one-time codes of an authenticator app (TOTP), and recovery codes as a fallback. The id is the user's, whose
 * own document says that there is one (`secondFactorSince`).
 */
export type SecondFactor = {
  id: string;
  /** The secret from which the app computes its codes, in base32. */
  seed: string;
  enrolledAt: Instant;
  /** The step of the last accepted code: no code is valid twice (RFC 6238 5.2). */
  lastStep: number;
  /** The hash of each remaining recovery code (see `recovery-codes`). */
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
