import type { AdapterPayload } from 'oidc-provider';
import { now, seconds } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { actorIn, agentOf } from '../../http/request/actor-of-request.js';
import { endSession } from '../../sessions/end-session.js';
import { saveSession } from '../../sessions/save-session.js';
import type { Session } from '../../sessions/session.js';
import { sessionEndedEntry } from '../../sessions/session-ended.js';
import type { Stored } from '../../storage/spec.js';
import type { Write } from '../../storage/write.js';
import { currentScope, type RequestScope } from '../request-scope/request-scope.js';
import { forgetSessionCookie } from '../sign-out/session-cookie.js';
import { sessionIdBeforeReset } from '../library/session-reset.js';
import { oidcOf } from '../request-scope/session-in-request.js';
import { fromSession, toSession } from './session-payload.js';
import { loginOf } from '../interactions/sign-in-result.js';
import type { ModelAdapter } from './model-adapter.js';

/** Browser sessions: found by the hash of their cookie or by uid, saved by merging, ended for good. */
export const sessionAdapter: ModelAdapter = {
  async find(cookie) {
    return found(await currentScope().reads.sessionByCookie(hashOf(cookie)), cookie);
  },

  // Without a cookie at hand there is no `jti` to give back; the library would invent one at every look-up.
  async findByUid(uid) {
    return found(await currentScope().reads.session(uid), NO_COOKIE);
  },

  async upsert(cookie, payload, expiresIn = 0) {
    const scope = currentScope();
    if (cookie === NO_COOKIE) throw new Error('A session that was found by its uid alone is not saved.');
    if (opensNothing(payload)) {
      forgetSessionCookie(scope.ctx);
      return;
    }
    const base = scope.reads.browserSession?.id === payload.uid ? scope.reads.browserSession : undefined;
    const presented = hashOf(cookie);
    const login = loginOf(oidcOf(scope)?.result);
    const ours = toSession(payload, {
      base,
      cookie: presented,
      reset: sessionIdBeforeReset(oidcOf(scope)) !== undefined,
      login,
      from: login && placeOf(scope.ctx),
      at: now(),
      expiresAt: now() + seconds(expiresIn),
    });
    scope.held.settle(async () => {
      const saved = await saveSession(scope.realm, base, ours);
      // Another tab has given the browser a newer cookie, or ended the session: this answer must not put the old one back.
      if (saved?.cookie !== presented) forgetSessionCookie(scope.ctx);
    });
  },

  /**
   * The library destroys the old identifier when it only means to reset it; then the document stays, and the save that
   * follows gives it its new cookie. Anything else ends the session, at once.
   */
  async destroy(cookie) {
    const scope = currentScope();
    if (sessionIdBeforeReset(oidcOf(scope)) === cookie) return;
    const session = await scope.reads.sessionByCookie(hashOf(cookie));
    if (!session) return;
    await endSession(scope.realm, session.id, now(), endRecorded(scope, session));
    if (!isForOtherSignIn(scope)) scope.noteSignOut(session);
  },
};

/** The writes of the record that this request ends a session. */
const endRecorded = (scope: RequestScope, session: Session): Promise<readonly Write[]> =>
  scope.recordWrites(() => {
    if (session.userId === undefined) return [];
    const by = actorIn(scope.ctx, { kind: 'user', id: session.userId });
    const cause = isForOtherSignIn(scope) ? 'other-sign-in' : 'sign-out';
    return [sessionEndedEntry(by, { id: session.id, userId: session.userId }, cause)];
  });

/** The library ends the session of a browser in which somebody else signs in, and then resumes their authorization request. */
function isForOtherSignIn(scope: RequestScope): boolean {
  const oidc = oidcOf(scope);
  const next = oidc?.session?.state?.['postLogoutRedirectUri'];
  return oidc !== undefined && typeof next === 'string' && next.startsWith(`${oidc.urlFor('authorization')}/`);
}

/** From where somebody signs in. */
function placeOf(ctx: RequestScope['ctx']): Pick<Session, 'agent' | 'address'> {
  const agent = agentOf(ctx);
  return { ...(agent !== undefined && { agent }), address: ctx.ip };
}

const NO_COOKIE = 'found-by-uid';

async function found(session: Stored<Session> | undefined, cookie: string): Promise<AdapterPayload | undefined> {
  return session && (await currentScope().reads.sessionAlive(session)) ? fromSession(session, cookie) : undefined;
}

/** A session that nobody signed in to and that waits for no logout is not worth a document, or a cookie. */
const opensNothing = (payload: AdapterPayload): boolean =>
  payload.accountId === undefined && payload['state'] === undefined;
