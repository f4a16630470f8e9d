import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Instant } from '../base/clock.js';
import type { Proof } from '../sessions/proof.js';
import type { SignOutEpoch } from '../sessions/sign-out-epoch.js';
import type { Attempt, ShownProof } from './flow/attempt.js';
import type { Facts, Missing } from './flow/facts.js';
import type { Requirements } from './flow/requirements.js';

/**
 * The authorization request that waits for a person, as sign-in sees it: a port, which `oidc/` implements. Sign-in reads it,
 * lets the person do what is missing, and finishes it; it never sees the protocol behind.
 */
export interface Interactions {
  /**
   * The interaction of this uid, if this browser is the one that began it (its cookie names the same uid) and it has not
   * expired; undefined otherwise, without saying which.
   */
  read(req: IncomingMessage, res: ServerResponse, uid: string): Promise<Interaction | undefined>;
  /** Where a person starts again whose interaction cannot be read; undefined where nobody knows. */
  startAgain(uid: string): Promise<StartAgain | undefined>;
  /**
   * Adds what was just shown to the attempt, by compare-and-set: of two tabs neither loses what the other showed.
   * False: the interaction is over by now.
   */
  grow(interaction: Interaction, shown: ShownProof): Promise<boolean>;
  /** Keeps the result and gives the URL where the authorization request goes on. */
  finish(interaction: Interaction, result: SignInResult): Promise<string>;
}

/** The way out of a page that is no longer valid. */
export interface StartAgain {
  readonly application: string;
  readonly href: string;
}

export interface Interaction {
  readonly uid: string;
  readonly expiresAt: Instant;
  readonly client: {
    readonly id: string;
    readonly createdAt: Instant;
    readonly name: string;
    readonly firstParty: boolean;
  };
  readonly loginHint?: string;
  /** The languages that the application asks for, best first, with spaces between. */
  readonly uiLocales?: string;
  readonly requirements: Requirements;
  /** The names of `facts.user`. */
  readonly person?: { readonly username: string; readonly name?: string };
  /** All that the client asks for, granted before or not: shown when consent is asked for again (prompt=consent). */
  readonly requested?: Missing;
  /** The attempt of this interaction, while its proofs are not enough. */
  readonly attempt?: Attempt;
  /** The uid of the browser's live session. */
  readonly sessionUid?: string;
  /** The browser is kept signed in as it is. */
  readonly remembered?: boolean;
  /** From the live session, the attempt and what this interaction has come to before. */
  readonly facts: Facts;
}

/** The result of a sign-in. Each leads `nextStep` to `finish`, or to the next step, when the request resumes. */
export type SignInResult =
  | {
      readonly kind: 'signed-in';
      readonly userId: string;
      /** As an attempt's. */
      readonly startedAt: Instant;
      /** As an attempt's. */
      readonly signOutEpoch: SignOutEpoch;
      readonly proofs: readonly Proof[];
      /** As an attempt's. */
      readonly remember?: boolean;
    }
  /** The person goes on as who is signed in. */
  | { readonly kind: 'chosen' }
  | { readonly kind: 'consented'; readonly granted: Missing }
  /** Nothing was needed any more (another tab did it): the request resumes with what was shown before. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly error: SignInRefusal };

/** Goes back to the application as its OAuth error. */
export type SignInRefusal = 'access_denied' | 'login_required' | 'unmet_authentication_requirements';
