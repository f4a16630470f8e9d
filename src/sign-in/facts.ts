import type { UserState } from '../identity/user.js';
import type { Proof } from '../sessions/proof.js';

/**
 * What is known about the person at the door, whatever it is known from: a live session, an attempt, or, when the
 * authorization request resumes, the session together with this interaction's result.
 */
export interface Facts {
  readonly user?: KnownUser;
  /** How the user was shown to be who they are; empty when there is none. */
  readonly proofs: readonly Proof[];
  /** This very interaction has authenticated the user (what prompt=login and max_age=0 ask for). */
  readonly authenticatedHere: boolean;
  /** This very interaction has asked for consent and got it (what prompt=consent asks for). */
  readonly consentedHere: boolean;
  /** What the client asks for and has not been granted yet. */
  readonly missing: Missing;
}

export interface KnownUser {
  readonly id: string;
  readonly state: UserState;
}

/** Scopes and claims that no consent covers yet. */
export interface Missing {
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  /** By resource server identifier. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
}
