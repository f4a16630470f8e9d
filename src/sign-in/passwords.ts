import type { Actor } from '../changes/actor.js';
import type { KnownUser } from './flow/facts.js';

/** Checks and changes passwords: a port that `sign-in/passwords-of` implements over `identity/`. */
export interface Passwords {
  /**
   * Gives the person another password than they had, and ends every session and grant of theirs.
   * @param session the uid of the one that the browser has, which lives on
   */
  choose(by: Actor, user: KnownUser, password: string, session: string | undefined): Promise<ChoiceOutcome>;
  /**
   * Checks what was typed as it was typed. Throttles by name and address; an unknown name takes as long as a known one.
   * `browser`: the cookie of a known one, which guesses of others do not slow down.
   * Rejects only when the store does not answer.
   */
  verify(
    typed: { identifier: string; password: string },
    address: string,
    browser: string | undefined,
  ): Promise<PasswordOutcome>;
}

export type ChoiceOutcome =
  | { readonly kind: 'ok'; readonly user: KnownUser }
  /** `error`: the text that says which rule for passwords it breaks. */
  | { readonly kind: 'unfit'; readonly error: 'password-unfit' | 'password-common' | 'password-personal' }
  | { readonly kind: 'moved' | 'overloaded' };

export type PasswordOutcome =
  | { readonly kind: 'ok'; readonly user: KnownUser }
  /** `user`: whose name was typed, for the audit only. */
  | { readonly kind: 'wrong-credentials'; readonly user?: { readonly id: string; readonly username: string } }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** Too many passwords wait to be checked. */
  | { readonly kind: 'overloaded'; readonly retryAfterSeconds: number };
