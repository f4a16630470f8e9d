import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';

/** The method of one-time codes of an authenticator app, which was the only one at first. */
export const TOTP_METHOD = 'totp';
/** The method of recovery codes. They come with every second factor and are enrolled with it. */
export const RECOVERY_METHOD = 'recovery-code';

/** The stored state of one method of one user. */
export interface EnrolledFactor {
  readonly method: string;
  readonly enrolledAt: Instant;
  /** Stored sealed. */
  readonly secret?: string;
  /** Stored in the clear: counters and hashes. */
  readonly data: JsonObject;
}

/** The tools of a method besides its stored state. */
export interface FactorContext {
  readonly at: Instant;
  /** A digest bound to the user and keyed with the realm's pepper: the store alone allows nobody to try codes. */
  readonly digest: (purpose: string, text: string) => string;
}

/** The result of checking a code against what is stored. */
export type FactorCheck =
  /** `data` is stored from now on; the code is used up in it. `happened` names an event of its own for the audit. */
  | { readonly kind: 'ok'; readonly data: JsonObject; readonly happened?: string }
  | { readonly kind: 'wrong-code' }
  /** Correct, but used before. */
  | { readonly kind: 'used-code' };

/**
 * How the codes of one kind of second factor are checked and enrolled: a port, which the authenticators of `sign-in/` implement.
 * Its functions are pure. `SecondFactorService` stores, throttles, and decides the race for one code.
 */
export interface SecondFactorMethod {
  /** Names it wherever it is stored. */
  readonly method: string;
  /** `codes`: guesses count together with all other codes of the user. `none`: nobody can guess the answer. */
  readonly throttle: 'codes' | 'none';
  verify(stored: EnrolledFactor, code: string, context: FactorContext): FactorCheck;
  /** Absent: nobody enrols it by itself. */
  readonly enrolment?: FactorEnrolment;
}

export interface FactorEnrolment {
  newSecret(): string;
  /** The first stored data, in which the code is used up; undefined: it is no code of this secret. */
  confirm(secret: string, code: string, context: FactorContext): JsonObject | undefined;
}
