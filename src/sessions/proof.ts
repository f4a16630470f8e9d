import type { Instant } from '../base/clock.js';

/** One thing that was shown: with which method (RFC 8176), when. */
export type Proof = {
  method: ProofMethod;
  at: Instant;
};

/** How a person shows who they are: by a password, or by a one-time code, a recovery code included. */
export type ProofMethod = 'pwd' | 'otp';
