import type { Instant } from '../base/clock.js';
import type { Hashed } from '../base/crypto/hash-of.js';
import type { JsonObject } from '../base/json.js';
import { spec } from '../storage/spec.js';
import type { Proof, UpstreamProof } from './proof.js';
import { epochBefore, type SignOutEpoch } from './sign-out-epoch.js';

/** A browser's session. The id is its uid, which grants nothing; the cookie's value is stored only as a hash. */
export type Session = {
  id: string;
  cookie: Hashed;
  /** The previous cookie before the last reset, valid until `formerUntil` for requests in flight. */
  formerCookie?: Hashed;
  formerUntil?: Instant;
  /** Absent before a sign-in. */
  userId?: string;
  /** When this user's session began. */
  startedAt: Instant;
  /** The user's epoch when they gave the first proof of identity, or when the session last survived a sign-out. */
  signOutEpoch: SignOutEpoch;
  /** When the user signed in, if the session has survived a sign-out since: its absolute limit still counts from there. */
  signedInAt?: Instant;
  /** Set once, never removed: an ended session never returns. */
  endedAt?: Instant;
  /** The user chose to stay signed in: the browser keeps the cookie when closed, and other limits apply. */
  remembered?: boolean;
  /** Its last use: at the authorization endpoint, or by an application that refreshed its tokens. */
  usedAt?: Instant;
  /** The browser's User-Agent at the last sign-in. */
  agent?: string;
  /** The address of the last sign-in, shown only to the user. */
  address?: string;
  proofs: Proof[];
  /**
   * The upstream sign-in that the session began with. If the person signs out there, the session ends. Absent: it began otherwise. It is not
   * found among the proofs, since a later proof of one method replaces the earlier one.
   */
  begunBy?: UpstreamProof;
  /** What a sign-out there needs: `signOutHint` of that sign-in. */
  signOutHint?: string;
  /** By which a message about a sign-out at an upstream finds it: that of `begunBy`, or of a later proof. Absent: by its user. */
  signOutName?: Hashed;
  /** When the session at the upstream ends with which it began. It lasts no longer. */
  endsAt?: Instant;
  clients: SessionClient[];
  /** The protocol library's payload as JSON, without the fields stored beside it. */
  payload: string;
  expiresAt: Instant;
};

/** An application that this session signed in to. */
export type SessionClient = {
  clientId: string;
  /** The session's identifier for this client (the `sid` claim). */
  sid: string;
  grantId?: string;
  /** Its tokens outlive the session (the user consented to `offline_access`). */
  offline: boolean;
};

export const sessions = spec<Session>()({
  name: 'sessions',
  scope: 'realm',
  revalidated: true,
  version: 5,
  migrations: {
    // Adds a query in descending order, and the address, which older sessions lack: no document changes.
    2: (session) => session,
    3: (session) => session,
    // A session that a server of the previous version overwrote keeps its epoch if that server left it.
    4: (session: JsonObject) => ({ signOutEpoch: epochBefore(Number(session['startedAt'])), ...session }),
    // A field is indexed that earlier sessions lack.
    5: (session) => session,
  },
  indexed: {
    cookie: 'string',
    formerCookie: 'string',
    userId: 'string',
    startedAt: 'number',
    signOutEpoch: 'number',
    signOutName: 'string',
  },
  hashed: ['cookie', 'formerCookie', 'signOutName'],
  sealed: ['payload', 'address', 'signOutHint'],
  audited: ['userId', 'startedAt', 'endedAt'],
  unique: { cookie: ['cookie'], formerCookie: ['formerCookie'] },
  queries: {
    byUser: { equal: ['userId'], order: 'signOutEpoch', direction: 'descending' },
    bySignOutName: { equal: ['signOutName'], order: 'startedAt' },
    newestOfEpoch: { equal: ['userId', 'signOutEpoch'], order: 'startedAt', direction: 'descending' },
  },
});
