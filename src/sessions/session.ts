import type { Instant } from '../base/clock.js';
import type { Hashed } from '../base/crypto/hash-of.js';
import type { JsonObject } from '../base/json.js';
import { spec } from '../storage/spec.js';
import type { Proof } from './proof.js';
import { epochBefore, type SignOutEpoch } from './sign-out-epoch.js';

/** A browser's session. The id is its uid, which opens nothing; the cookie's value is kept as a hash alone. */
export type Session = {
  id: string;
  cookie: Hashed;
  /** The cookie before the last reset, good until `formerUntil` for requests that were already on their way. */
  formerCookie?: Hashed;
  formerUntil?: Instant;
  /** Absent until somebody has signed in. */
  userId?: string;
  /** When this user's session began. */
  startedAt: Instant;
  /** Its user's, when they showed the first proof of who they are, or when the session last outlived a sign-out. */
  signOutEpoch: SignOutEpoch;
  /** When its person signed in, where it has outlived since that everything of theirs ended: its limit goes on counting from there. */
  signedInAt?: Instant;
  /** Set once, never removed: a destroyed session does not come back. */
  endedAt?: Instant;
  /** The person asked to be kept signed in: the browser keeps the cookie when it is closed, and other limits hold. */
  remembered?: boolean;
  /** When it was last used: at the authorization endpoint, or by an application that refreshed its tokens. */
  usedAt?: Instant;
  /** The browser, by its own word, when the person last signed in. */
  agent?: string;
  /** From which the person last signed in, shown to them alone. */
  address?: string;
  proofs: Proof[];
  clients: SessionClient[];
  /** The protocol library's payload as JSON, without the fields stored beside it. */
  payload: string;
  expiresAt: Instant;
};

/** An application that this session signed in to. */
export type SessionClient = {
  clientId: string;
  /** The session's name towards this client (the `sid` claim). */
  sid: string;
  grantId?: string;
  /** Its tokens outlive the session (`offline_access` was consented). */
  offline: boolean;
};

export const sessions = spec<Session>()({
  name: 'sessions',
  scope: 'realm',
  version: 4,
  migrations: {
    // A query from the newest on, and the address, which older sessions go without: nothing in a document changes.
    2: (session) => session,
    3: (session) => session,
    // One that a server of the version before wrote over keeps its own where that server left it.
    4: (session: JsonObject) => ({ signOutEpoch: epochBefore(Number(session['startedAt'])), ...session }),
  },
  indexed: {
    cookie: 'string',
    formerCookie: 'string',
    userId: 'string',
    startedAt: 'number',
    signOutEpoch: 'number',
  },
  hashed: ['cookie', 'formerCookie'],
  sealed: ['payload', 'address'],
  audited: ['userId', 'startedAt', 'endedAt'],
  unique: { cookie: ['cookie'], formerCookie: ['formerCookie'] },
  queries: {
    byUser: { equal: ['userId'], order: 'signOutEpoch', direction: 'descending' },
    newestOfEpoch: { equal: ['userId', 'signOutEpoch'], order: 'startedAt', direction: 'descending' },
  },
});
