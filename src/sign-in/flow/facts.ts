import type { UserState } from '../../identity/users/user.js';
import type { Proof } from '../../sessions/proof.js';
import type { SignOutEpoch } from '../../sessions/sign-out-epoch.js';
import type { Level } from '../../base/authentication-level.js';
import type { OwedAction } from './required-action.js';

/**
 * The facts about the user who signs in, from whatever source: a live session, an attempt, or, when the
 * authorization request resumes, the session together with this interaction's result.
 */
export interface Facts {
  readonly user?: KnownUser;
  /** The user's proofs from before this interaction, in the live session. */
  readonly shownBefore: readonly Proof[];
  /** The user's proofs in this interaction, which prompt=login and max_age=0 ask for. */
  readonly shownHere: readonly Proof[];
  /** In this very interaction the person chose to go on as who is signed in (what prompt=select_account asks for). */
  readonly chosenHere: boolean;
  /** This very interaction has asked for consent and got it (what prompt=consent asks for). */
  readonly consentedHere: boolean;
  /** The scopes and claims that the client requests and does not have yet. */
  readonly missing: Missing;
}

export interface KnownUser {
  readonly id: string;
  readonly username: string;
  readonly state: UserState;
  /** The epoch of the user as they were read. */
  readonly signOutEpoch: SignOutEpoch;
  readonly secondFactor: SecondFactorState;
  /** The methods of the second factors that the user has and can show now, as the list of authenticators orders them. */
  readonly available: readonly string[];
  /** The methods that the user may enrol as their first second factor. */
  readonly enrollable: readonly string[];
  /** The level that the user's roles demand of every sign-in. */
  readonly requiredLevel: Level;
  /** In the order in which it is to be done. */
  readonly owes: readonly OwedAction[];
}

/** Whether there is one, and, where there is not, whether the person may enrol one on the way. */
export type SecondFactorState = 'enrolled' | 'may-enrol' | 'closed';

/** Scopes and claims that no consent covers yet. */
export interface Missing {
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  /** By resource server identifier. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
  /** The client has no grant from this person yet: also one that is granted nothing by name is not signed in to unasked. */
  readonly noGrant?: true;
}
