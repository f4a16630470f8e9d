import type { Block } from '../../base/block.js';
import type { Proof } from '../../sessions/proof.js';
import type { SignOutEpoch } from '../../sessions/sign-out-epoch.js';
import type { Level } from '../../base/authentication-level.js';
import type { IdentityQuestion } from '../../identity/userstores/admit-identity.js';
import type { OwedAction } from './required-action.js';

/**
 * The facts about the user who signs in, from any source: an active session, an attempt, or, when the authorization request
 * resumes, the session together with this interaction's result.
 */
export interface Facts {
  readonly user?: KnownUser;
  /** The user's earlier proofs, from the active session. */
  readonly shownBefore: readonly Proof[];
  /** The user's proofs in this interaction, which prompt=login and max_age=0 ask for. */
  readonly shownHere: readonly Proof[];
  /** A name was typed on a page of its own, and no user has authenticated since. It may be the name of nobody. */
  readonly named?: true;
  /** An identity that a connector confirmed in this interaction, and that is no user yet. */
  readonly pending?: PendingFacts;
  /** The user chose in this interaction to continue as the signed-in user (required by prompt=select_account). */
  readonly chosenHere: boolean;
  /** The user consented in this interaction (required by prompt=consent). */
  readonly consentedHere: boolean;
  /** The scopes and claims that the client requests and does not have yet. */
  readonly missing: Missing;
}

export interface PendingFacts {
  readonly id: string;
  readonly asks: IdentityQuestion['kind'];
  /** The user of these facts proves that it is theirs. */
  readonly proving?: true;
}

export interface KnownUser {
  readonly id: string;
  readonly username: string;
  readonly blocks: readonly Block[];
  readonly userstore: string;
  /** The epoch of the user as they were read. */
  readonly signOutEpoch: SignOutEpoch;
  readonly secondFactor: SecondFactorState;
  /** The methods of the second factors that the user has and can show now, as the list of authenticators orders them. */
  readonly available: readonly string[];
  /** The methods that the user may enrol as their first second factor. */
  readonly enrollable: readonly string[];
  /** The level that the user's roles demand of every sign-in. */
  readonly requiredLevel: Level;
  /** In the order in which they are to be done. */
  readonly owes: readonly OwedAction[];
}

/** Whether there is one, and if not, whether the user may enrol one during the sign-in. */
export type SecondFactorState = 'enrolled' | 'may-enrol' | 'closed';

/** Scopes and claims that no consent covers yet. */
export interface Missing {
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  /** By resource server identifier. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
  /** The client has no grant from this user yet. It then needs consent even if it requests nothing by name. */
  readonly noGrant?: true;
}
