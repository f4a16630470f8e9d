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
  /**
   * Reads an answer that is a document, by that document alone: whose browser brings it is known later. What it returns comes to `complete`.
   * Absent: its answers are parameters, and `complete` reads them.
   *
   * @param fields of the form that brought it; data from outside
   */
  receive?(fields: ReadonlyMap<string, string>): Promise<ReceivedAnswer>;
  /** Who signed in, by an answer that is proved to be of the upstream, for this sign-in, and not used before. */
  complete(answer: RedirectAnswer): Promise<RedirectOutcome>;
  /** Asks the upstream again about a user by the refresh token that came with an identity of theirs. Absent: it keeps no refresh tokens. */
  refresh?(subject: string, refreshToken: string): Promise<RefreshOutcome>;
  /** It can ask the upstream for an answer without asking the person anything (`passive`), and its settings want that. */
  readonly takesPassive?: true;
  /** The application to which answers lead that nobody here asked for. Absent: they are refused. */
  readonly landing?: { readonly client: string };
  /** Reads a message in which the upstream says that somebody signed out there. Absent: its kind sends none. */
  readLogout?(message: ReadonlyMap<string, string>): Promise<ReadLogout>;
  /** Reads a message about a sign-out that a browser brings from the upstream. Absent: its kind has none. */
  readSignOut?(message: BroughtMessage): Promise<BroughtSignOut>;
  /** How a sign-out here goes on to the upstream. Absent: it does not. */
  readonly signOut?: UpstreamSignOut;
  /** This connector as a document for the administrators of the upstream, such as SAML metadata. Absent: its kind has none. */
  describe?(): Promise<ConnectorDescription>;
  /** Tries every step that a sign-in needs without a person, in order, and changes nothing. */
  test(): Promise<readonly TestStep[]>;
  /** What is known of the upstream's health in this process. */
  health(): ConnectorHealth;
  /** Ends its connections. Nothing else is called afterwards. */
  close(): Promise<void>;
}

/** Where a browser goes. `form`: by a form with these fields; absent: by a link. */
export interface BrowserTarget {
  readonly url: string;
  readonly form?: ReadonlyMap<string, string>;
}

/** The addresses of a connector here, below the issuer. The same for every use of it. */
export interface ConnectorAddresses {
  /** Where the upstream sends the browser back with the answer to a sign-in. */
  readonly callback: string;
  /** Where the upstream sends the browser back after a sign-out that it does not answer. */
  readonly signedOut: string;
  /** Where a browser brings messages about sign-outs. */
  readonly signOut: string;
  /** Where the description of the connector is. */
  readonly description: string;
}

export interface ConnectorDescription {
  readonly contentType: string;
  readonly body: string;
}

export interface RedirectRequest {
  /** Comes back with the answer; nobody can guess it. At most 80 characters. */
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
  /** The upstream asks the person nothing, and says so if it would have to. Only for those that take it (`takesPassive`). */
  readonly passive?: true;
  /** The upstream asks which of its accounts it is. */
  readonly choosesAccount?: true;
}

export type RedirectBegun =
  /** `kept`: what `complete` needs again, such as a nonce; at most 2,000 characters, and secret. */
  | ({ readonly kind: 'begun'; readonly kept: string } & BrowserTarget)
  | { readonly kind: UserstoreFault; readonly reason: string };

export type ReceivedAnswer =
  /** Proved to be of the upstream. `state`: of the sign-in that it answers; absent: nobody here asked for it. */
  | {
      readonly kind: 'received';
      readonly state?: string;
      /** What `complete` needs, as text. Secret. */
      readonly text: string;
      readonly once: CountsOnce;
      /** As the outcome of `complete` will have them. */
      readonly signOutName?: string;
      readonly upstreamSession?: string;
    }
  /** No sign-in. `code`: for `complete`, as the parameter `error`; at most 100 characters of `a-z` and `-`. */
  | { readonly kind: 'failed'; readonly state?: string; readonly code: string };

/** What the upstream gave this name counts once, and from the given time on it is refused for its age. */
export interface CountsOnce {
  readonly id: string;
  readonly expiresAt: Instant;
}

export interface RedirectAnswer {
  readonly state: string;
  readonly kept: string;
  /** What the browser brought, as the query of an address. Data from outside. */
  readonly query: URLSearchParams;
  /** What `receive` returned for it. Absent: nothing was received. */
  readonly received?: string;
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
      /**
       * How a message about a sign-out there names the person or the session, where it does not say `identity.subject`; at most 1,000
       * characters.
       */
      readonly signOutName?: string;
      /** What was seen of the answer, for an administrator who tests the connector: lines such as `signed: assertion`. */
      readonly seen?: readonly string[];
      /** The session here must not last longer. Absent: the upstream sets no end. */
      readonly sessionEndsAt?: Instant;
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

/** Who signed out at the upstream, as it says. */
export interface SignedOutThere {
  /** Who it is: by the id, or by `signOutName` of a sign-in. */
  readonly who: { readonly by: 'subject' | 'sign-out-name'; readonly name: string };
  /** The sessions there that ended. Absent: all of the person did. */
  readonly sessions?: readonly string[];
  /** Names the message. */
  readonly once: CountsOnce;
}

/** What a message says of a sign-out at the upstream. Nothing of a message that is not proved to be the upstream's has an effect. */
export type ReadLogout =
  | ({ readonly kind: 'ended' } & SignedOutThere)
  /** It is not the upstream's, not for this connector, or too old. `reason`: a short code for the log. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nobody can say now, since the upstream's keys can't be read. */
  | { readonly kind: UserstoreFault; readonly reason: string };

/** A message that a browser brings, as it came. Data from outside. */
export interface BroughtMessage {
  /** By the query of an address, or by a form: signatures of the two differ. */
  readonly binding: 'redirect' | 'post';
  /** Without "?", and not decoded: a signature is over these characters. Empty if it came by a form. */
  readonly query: string;
  /** Of the form; empty if it came by a query. */
  readonly fields: ReadonlyMap<string, string>;
}

export type BroughtSignOut =
  /** The person signed out there. */
  | {
      readonly kind: 'ended';
      readonly signedOut: SignedOutThere;
      /** Where the browser takes our answer. `isDone`: everything that the message asks for has ended. Undefined: the upstream wants none. */
      answer(isDone: boolean): Promise<BrowserTarget | undefined>;
    }
  /** The answer to a sign-out that went on there. It is believed nothing: that sign-out happened here before. */
  | { readonly kind: 'answered'; readonly state: string; readonly isDone: boolean }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: UserstoreFault; readonly reason: string };

/** A sign-out here that goes on to the upstream. */
export interface UpstreamSignOut {
  /** `ask`: if the person wants it. `always`: at once. */
  readonly when: 'ask' | 'always';
  /** Where the browser signs out there. It answers in a few seconds, and undefined if the upstream can't be reached or has no such address. */
  address(request: UpstreamSignOutRequest): Promise<BrowserTarget | undefined>;
}

export interface UpstreamSignOutRequest {
  /** Comes back with the browser. At most 80 characters. */
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
