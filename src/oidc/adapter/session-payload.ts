import type { AdapterPayload } from 'oidc-provider';
import { type Instant, minutes } from '../../base/clock.js';
import { isPrototypeName } from '../../base/text/prototype-names.js';
import type { Hashed } from '../../base/crypto/hash-of.js';
import type { Proof } from '../../sessions/proof.js';
import { authenticatedAt, levelOf, methodsOf } from '../../sign-in/flow/authentication-levels.js';
import { begunBy, withoutHints } from '../../sessions/begun-by.js';
import type { Session, SessionClient } from '../../sessions/session.js';
import { epochBefore } from '../../sessions/sign-out-epoch.js';
import { epochOfLogin, type LoginResult } from '../interactions/sign-in-result.js';

/** How long requests that left with the cookie before the last reset still find their session. */
const FORMER_COOKIE_GRACE = minutes(1);

/** The library's session, from the document; `cookie` is what was presented. */
export function fromSession(session: Session, cookie: string): AdapterPayload {
  return {
    // We packed it, and the seal proves that nobody else did.
    ...(JSON.parse(session.payload) as AdapterPayload),
    kind: 'Session',
    jti: cookie,
    uid: session.id,
    exp: Math.floor(session.expiresAt / 1000),
    ...(session.userId !== undefined && { accountId: session.userId }),
    authorizations: Object.fromEntries(
      session.clients
        .filter(({ clientId }) => !isPrototypeName(clientId))
        .map(({ clientId, sid, grantId, offline }) => [
          clientId,
          { sid, ...(grantId !== undefined && { grantId }), ...(offline && { persistsLogout: true }) },
        ]),
    ),
  };
}

interface SavedBy {
  /** The document as this request read it; absent: the session is new. */
  readonly base: Session | undefined;
  readonly cookie: Hashed;
  /** The library has given the session a new identifier. */
  readonly reset: boolean;
  /** The sign-in that this request goes on after. */
  readonly login: Pick<LoginResult, 'proofs' | 'startedAt' | 'signOutEpoch'> | undefined;
  /** Where somebody signed in from in this request. */
  readonly from: Pick<Session, 'agent' | 'address'> | undefined;
  readonly at: Instant;
  readonly expiresAt: Instant;
}

/** The document, from the library's session. */
export function toSession(payload: AdapterPayload, saved: SavedBy): Session {
  const { uid, accountId, authorizations, jti: _jti, kind: _kind, exp: _exp, ...rest } = payload;
  const { base, at } = saved;
  if (uid === undefined) throw new Error('A session needs a uid.');
  const samePerson = accountId !== undefined && base?.userId === accountId;
  const proofs = saved.login?.proofs ?? base?.proofs ?? [];
  const beginning = begunBy(samePerson ? base : undefined, proofs);
  return {
    id: uid,
    cookie: base && !saved.reset ? base.cookie : saved.cookie,
    ...(samePerson && formerCookie(base, saved)),
    ...(accountId !== undefined && { userId: accountId }),
    startedAt: samePerson ? base.startedAt : (saved.login?.startedAt ?? at),
    // Not the user's now: what ended everything of this person while the browser was on its way here ends this too.
    signOutEpoch: samePerson ? base.signOutEpoch : ((saved.login && epochOfLogin(saved.login)) ?? epochBefore(at)),
    ...(samePerson && base.signedInAt !== undefined && { signedInAt: base.signedInAt }),
    remembered: rest['transient'] !== true,
    usedAt: at,
    ...placeOf(saved.from ?? (samePerson ? base : undefined)),
    proofs: withoutHints(proofs),
    ...beginning,
    clients: Object.entries(authorizations ?? {}).flatMap(([clientId, authorization]) =>
      sessionClient(clientId, authorization),
    ),
    payload: JSON.stringify(rest),
    expiresAt: Math.min(saved.expiresAt, beginning.endsAt ?? saved.expiresAt),
  };
}

/** The payload of a session that has these proofs alone: what tokens say of the sign-in follows them. */
export function payloadWith(payload: string, proofs: readonly Proof[]): string {
  const { acr: _, amr: __, ...rest } = JSON.parse(payload) as AdapterPayload;
  const [level, at] = [levelOf(proofs), authenticatedAt(proofs)];
  if (level === undefined || at === undefined) return JSON.stringify(rest);
  return JSON.stringify({ ...rest, acr: level, amr: methodsOf(proofs), loginTs: Math.floor(at / 1000) });
}

const placeOf = ({ agent, address }: Pick<Session, 'agent' | 'address'> = {}): Pick<Session, 'agent' | 'address'> => ({
  ...(agent !== undefined && { agent }),
  ...(address !== undefined && { address }),
});

/**
 * Requests already on their way keep their session over a reset, but never over a sign-in: a cookie that somebody planted
 * before must open nothing after (session fixation).
 */
function formerCookie(base: Session, { reset, at }: SavedBy): Pick<Session, 'formerCookie' | 'formerUntil'> {
  if (reset) return { formerCookie: base.cookie, formerUntil: at + FORMER_COOKIE_GRACE };
  return {
    ...(base.formerCookie !== undefined && { formerCookie: base.formerCookie }),
    ...(base.formerUntil !== undefined && { formerUntil: base.formerUntil }),
  };
}

interface Authorization {
  readonly sid?: string | undefined;
  readonly grantId?: string | undefined;
  readonly persistsLogout?: boolean | undefined;
}

const sessionClient = (clientId: string, { sid, grantId, persistsLogout }: Authorization): SessionClient[] =>
  sid === undefined
    ? []
    : [{ clientId, sid, ...(grantId !== undefined && { grantId }), offline: persistsLogout === true }];
