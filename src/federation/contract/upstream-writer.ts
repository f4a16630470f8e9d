import type { NewPasswordFault, UserstoreFault } from '../../identity/userstores/password-connector.js';

/** What a kind of connector can write with some settings. */
export interface WritingAbility {
  /** Whether the value of this claim may be changed: it identifies nobody, and decides about no account. */
  readonly claim: (claim: string) => boolean;
  /** `own`: users change their password by proving the present one. `own-and-reset`: the service account also sets it. */
  readonly password: PasswordWriting;
}

export type PasswordWriting = (typeof PASSWORD_WRITING)[number];
export const PASSWORD_WRITING = ['never', 'own', 'own-and-reset'] as const;

/** New values of one claim. */
export interface ClaimChange {
  /** As the mapping names it. */
  readonly claim: string;
  /** All values that were read. If the upstream has others by now, nothing is written. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export type ProfileWriteOutcome =
  | { readonly kind: 'written' }
  /** Nothing was written. `reason` is for the log, as in {@link UserstoreFault}. */
  | { readonly kind: 'not-written'; readonly fault: ProfileWriteFault; readonly reason: string }
  /** The upstream has no such user. */
  | { readonly kind: 'unknown' }
  /** Nothing was written. */
  | { readonly kind: UserstoreFault; readonly reason: string };

/** Why an upstream did not write. */
export type ProfileWriteFault =
  /** It has other values than those that were read. */
  | 'moved'
  /** The service account may not write this, or nobody may. */
  | 'not-allowed'
  /** The value breaks a rule of the upstream. */
  | 'value-refused'
  /** For another reason, or for none that it tells. */
  | 'refused'
  /** It did not answer: everything is written, or nothing. */
  | 'unanswered';

export interface PasswordReset {
  readonly next: string;
  /** The user is to choose another one at the next sign-in. */
  readonly mustChange: boolean;
}

export type PasswordResetOutcome =
  /** `mustChange`: whether the password is marked there as one to be changed at the next sign-in. */
  | { readonly kind: 'set'; readonly mustChange: boolean }
  | { readonly kind: 'not-changed'; readonly fault: NewPasswordFault; readonly reason: string }
  | { readonly kind: 'unknown' }
  /** Nothing was changed. */
  | { readonly kind: UserstoreFault; readonly reason: string };
