import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Instant } from '../base/clock.js';
import type { RedirectChoice } from '../federation/userstores/redirect-sign-ins.js';
import type { SignInForm } from '../identity/userstores/sign-in-form.js';
import type { Proof } from '../sessions/proof.js';
import type { SignOutEpoch } from '../sessions/sign-out-epoch.js';
import type { Attempt, ShownProof } from './flow/attempt.js';
import type { Facts, Missing } from './flow/facts.js';
import type { PendingIdentity } from './flow/pending-identity.js';
import type { BegunRedirect } from './redirect-state.js';
import type { Write } from '../storage/write.js';
import type { Requirements } from './flow/requirements.js';

/**
 * A pending authorization request, as sign-in sees it: a port that `oidc/` implements. Sign-in reads it, lets the user complete
 * what is missing, and finishes it, without seeing the protocol.
 */
export interface Interactions {
  /**
   * The interaction with this uid, if this browser began it (its cookie contains the same uid) and it has not expired;
   * otherwise undefined, without the reason.
   */
  read(req: IncomingMessage, res: ServerResponse, uid: string): Promise<Interaction | undefined>;
  /** Where a user can start again if their interaction cannot be read; undefined if that is unknown. */
  startAgain(uid: string): Promise<StartAgain | undefined>;
  /** Adds a proof to the attempt by compare-and-set, so that concurrent tabs lose nothing. False: the interaction has ended. */
  grow(interaction: Interaction, shown: ShownProof): Promise<boolean>;
  /**
   * Stores the name that a user typed, instead of an earlier one, and drops the attempt: they start anew by this name. False: the
   * interaction has ended.
   */
  identify(interaction: Interaction, identifier: string): Promise<boolean>;
  /**
   * Stores an identity about which the person is asked, instead of an earlier one, and drops the attempt. False: the interaction has
   * ended, or the identity is too large.
   */
  ask(interaction: Interaction, pending: PendingIdentity): Promise<boolean>;
  /**
   * Stores a sign-in elsewhere that this browser begins, beside the latest others. `ended`: the interaction. `too-many`: it began as many as
   * it may.
   */
  beginRedirect(interaction: Interaction, begun: BegunRedirect): Promise<'begun' | 'ended' | 'too-many'>;
  /**
   * Takes it away again, so that its answer counts once. Undefined: this browser began none such. `used`: a write of
   * `beside` was refused, and nothing is taken.
   *
   * @param beside commits these writes with it
   */
  takeRedirect(
    interaction: Interaction,
    answered: Pick<BegunRedirect, 'connector' | 'state'>,
    beside?: readonly Write[],
  ): Promise<BegunRedirect | 'used' | undefined>;
  /** Stores the result and returns the URL where the authorization request continues. */
  finish(interaction: Interaction, result: SignInResult): Promise<string>;
}

/** The way out of an expired page. */
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
  /** What the sign-in form asks. Absent: the chain, on one page. */
  readonly form?: SignInForm;
  /** The connectors that redirect, among those that the client offers. */
  readonly redirects: readonly RedirectChoice[];
  /** How many sign-ins elsewhere began. */
  readonly redirectsBegun: number;
  /** Nobody may be asked anything (`prompt=none`): the connector of the hint answers, or nobody does. */
  readonly passive?: true;
  /** The one of them that the application asks for (`idp_hint`), until a name is typed. */
  readonly hintedRedirect?: string;
  /** The name that was typed on a page of its own, as typed. It may be the name of nobody. */
  readonly identifier?: string;
  /** The identity about which the person is asked. */
  readonly pending?: PendingIdentity;
  /** The languages that the application requests, best first, separated by spaces. */
  readonly uiLocales?: string;
  readonly requirements: Requirements;
  /** The names of `facts.user`. */
  readonly person?: { readonly username: string; readonly name?: string };
  /** Everything that the client requests, granted before or not: shown when consent is asked for again (prompt=consent). */
  readonly requested?: Missing;
  /** The attempt of this interaction, while its proofs are not enough. */
  readonly attempt?: Attempt;
  /** The uid of the browser's active session. */
  readonly sessionUid?: string;
  /** The browser already stays signed in. */
  readonly remembered?: boolean;
  /** From the active session, the attempt and earlier results of this interaction. */
  readonly facts: Facts;
}

/** The result of a sign-in. Each leads `nextStep` to `finish`, or to the next step, when the request resumes. */
export type SignInResult =
  | {
      readonly kind: 'signed-in';
      readonly userId: string;
      /** As in an attempt. */
      readonly startedAt: Instant;
      /** As in an attempt. */
      readonly signOutEpoch: SignOutEpoch;
      readonly proofs: readonly Proof[];
      /** As in an attempt. */
      readonly remember?: boolean;
    }
  /** The user continues as the signed-in user. */
  | { readonly kind: 'chosen' }
  | { readonly kind: 'consented'; readonly granted: Missing }
  /** Nothing was needed any more (another tab did it): the request resumes with the existing proofs. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly error: SignInRefusal };

/** Returned to the application as an OAuth error. */
export type SignInRefusal = 'access_denied' | 'login_required' | 'unmet_authentication_requirements';
