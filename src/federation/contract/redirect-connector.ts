import type { Instant } from '../../base/clock.js';
import type { UpstreamIdentity, UserstoreFault } from '../../identity/userstores/password-connector.js';
import type { ConnectorHealth, TestStep } from './connector-condition.js';

/**
 * A connector to an identity provider that signs people in on its own pages: the browser goes there and comes back with an answer.
 *
 * It knows its protocol, and nothing of browsers, tickets or the store: who calls it binds an answer to the browser that began, and uses each
 * `kept` once. It returns a value whatever the upstream does, and never throws.
 */
export interface RedirectConnector {
  readonly signsInBy: 'redirect';
  readonly id: string;
  /** Where the browser goes for one sign-in. */
  begin(asked: RedirectRequest): Promise<RedirectBegun>;
  /** Who signed in, by an answer that is proved to be of the upstream, for this sign-in, and not used before. */
  complete(answer: RedirectAnswer): Promise<RedirectOutcome>;
  /** Asks the upstream again about a user by the refresh token that came with an identity of theirs. Absent: it keeps no refresh tokens. */
  refresh?(subject: string, refreshToken: string): Promise<RefreshOutcome>;
  /** Reads a message in which the upstream says that somebody signed out there. Absent: its kind sends none. */
  readLogout?(message: ReadonlyMap<string, string>): Promise<ReadLogout>;
  /** How a sign-out here goes on to the upstream. Absent: it does not. */
  readonly signOut?: UpstreamSignOut;
  /** Tries every step that a sign-in needs without a person, in order, and changes nothing. */
  test(): Promise<readonly TestStep[]>;
  /** What is known of the upstream's health in this process. */
  health(): ConnectorHealth;
  /** Ends its connections. Nothing else is called afterwards. */
  close(): Promise<void>;
}

export interface RedirectRequest {
  /** Where the upstream sends the browser back. The same for every sign-in by one connector. */
  readonly redirectUri: string;
  /** Comes back with the answer; nobody can guess it. */
  readonly state: string;
  /** The name that the person or the application gave; only a hint. */
  readonly loginHint?: string;
  /** The languages of the pages, best first, separated by spaces. */
  readonly uiLocales?: string;
  /** The person has to prove anew who they are, or did so within this time (in seconds). `complete` fails unless the upstream confirms it. */
  readonly maxAgeSeconds?: number;
  /** The same as a wish: the upstream is asked for it, and whoever calls judges the answer. */
  readonly wishedMaxAgeSeconds?: number;
  /** The levels of the upstream that would do (`acr`). Only a wish, too. */
  readonly wishedLevels?: readonly string[];
  /** The upstream asks which of its accounts it is. */
  readonly choosesAccount?: true;
}

export type RedirectBegun =
  /** `kept`: what `complete` needs again, such as a nonce; at most 2,000 characters, and secret. */
  | { readonly kind: 'begun'; readonly url: string; readonly kept: string }
  | { readonly kind: UserstoreFault; readonly reason: string };

export interface RedirectAnswer {
  readonly redirectUri: string;
  readonly state: string;
  readonly kept: string;
  /** What the browser brought, as the query of an address. Data from outside. */
  readonly query: URLSearchParams;
  /** Hears which part of the work begins. A failure is of the last one. */
  readonly begins?: (part: AnswerPart) => void;
}

/** In order; those that a sign-in does not need are left out. `answer`: what the browser brought. `tokens`: the code is redeemed. */
export type AnswerPart = 'answer' | 'tokens' | 'userinfo' | 'identity';

export type RedirectOutcome =
  | {
      readonly kind: 'ok';
      readonly identity: UpstreamIdentity;
      /** When the upstream proved who it is. Absent: it does not tell. */
      readonly authenticatedAt?: Instant;
      /** The session there, as the upstream names it in a logout; at most 255 characters. Absent: it does not tell. */
      readonly upstreamSession?: string;
      /** What {@link UpstreamSignOut} needs again; at most 4,096 characters, and secret. */
      readonly signOutHint?: string;
    }
  /** The person pressed "Cancel" there, or the upstream does not let them in. */
  | { readonly kind: 'denied' }
  /** `reason` is for the log: a short code, never text of the upstream. */
  | { readonly kind: UserstoreFault; readonly reason: string };

export type RefreshOutcome =
  /** With the refresh token for the next time. */
  | { readonly kind: 'found'; readonly identity: UpstreamIdentity }
  /** The upstream takes the token no more: the user, or somebody for them, ended that there. */
  | { readonly kind: 'ended' }
  /** `refreshToken`: for the next time, where it gave another one before it failed. The one before may be spent. */
  | { readonly kind: UserstoreFault; readonly reason: string; readonly refreshToken?: string };

/** What a message says of a sign-out at the upstream. Nothing of a message that is not proved to be the upstream's has an effect. */
export type ReadLogout =
  | {
      readonly kind: 'ended';
      readonly subject: string;
      /** The session there that ended. Absent: all of the subject did. */
      readonly session?: string;
      /** Names the message. It counts once. */
      readonly tokenId: string;
      /** From then on the message is refused for its age. */
      readonly expiresAt: Instant;
    }
  /** It is not the upstream's, not for this connector, or too old. `reason`: a short code for the log. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nobody can say now, since the upstream's keys can't be read. */
  | { readonly kind: UserstoreFault; readonly reason: string };

/** A sign-out here that goes on to the upstream. */
export interface UpstreamSignOut {
  /** `ask`: if the person wants it. `always`: at once. */
  readonly when: 'ask' | 'always';
  /** Where the browser signs out there. It answers in a few seconds, and undefined if the upstream can't be reached or has no such address. */
  address(request: UpstreamSignOutRequest): Promise<string | undefined>;
}

export interface UpstreamSignOutRequest {
  /** Where the upstream sends the browser back. The same for every sign-out by one connector. */
  readonly returnTo: string;
  /** Comes back with the browser. */
  readonly state: string;
  /** `signOutHint` of the sign-in. */
  readonly hint?: string;
}

/** Sends one request to the upstream: bounded in time and size, to no address that is not allowed, following no redirect. May throw. */
export type UpstreamFetch = (
  url: string,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal?: AbortSignal;
  },
) => Promise<Response>;
