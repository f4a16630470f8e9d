import type { Instant } from '../base/clock.js';

/** One thing that was shown: with which method (RFC 8176), when. */
export type Proof = {
  method: AuthenticationMethod;
  at: Instant;
};

/** The `amr` values of RFC 8176 that Gatehouse gives. */
export type AuthenticationMethod = 'pwd';
