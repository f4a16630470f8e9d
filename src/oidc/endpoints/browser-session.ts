import type { Context } from 'koa';
import { hashOf } from '../../base/crypto/hash-of.js';
import type { User } from '../../identity/users/user.js';
import type { Session } from '../../sessions/session.js';
import type { Stored } from '../../storage/spec.js';
import { currentScope } from '../request-scope/request-scope.js';
import { cookieNames } from '../sign-out/session-cookie.js';

/** A signed-in user, and their session. */
export interface SignedIn {
  readonly session: Stored<Session>;
  readonly user: Stored<User>;
}

/**
 * Tells other HTTP modules who is signed in at the requesting browser. It reads the session cookie as the authorization endpoint does, so
 * a session that ended there has ended here too. Undefined: nobody. Works in the request scope.
 */
export function signedInAt(issuer: URL): (ctx: Context) => Promise<SignedIn | undefined> {
  const { session: name } = cookieNames(issuer.protocol === 'https:');
  return async (ctx) => {
    const cookie = ctx.cookies.get(name, { signed: true });
    if (!cookie) return undefined;
    const scope = currentScope();
    const session = await scope.reads.sessionByCookie(hashOf(cookie));
    if (session?.userId === undefined || !(await scope.reads.sessionAlive(session))) return undefined;
    const user = await scope.reads.user(session.userId);
    return user && { session, user };
  };
}
