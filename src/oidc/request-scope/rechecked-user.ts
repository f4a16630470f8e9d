import { errors } from 'oidc-provider';
import type { Recheck, RecheckedSignIn } from '../../federation/provisioning/recheck.js';
import { because } from '../../http/refusals/because.js';
import { requestIdOf } from '../../http/request/request-id.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import { currentScope } from './request-scope.js';

/** Seconds after which an unavailable userstore is worth another try. */
const PAUSE = 30;

/** Whether the library asks for the user of a refresh token: before it rotates it. */
export const isRefreshToken = (token: unknown): boolean =>
  typeof token === 'object' && token !== null && 'kind' in token && token.kind === 'RefreshToken';

/**
 * The user as their userstore reports them now, where it has to be asked. The refresh token is not spent by a refusal.
 *
 * @throws InvalidGrant (RFC 6749 5.2) if the user is disabled, expired or not found there, or signed out there; TemporarilyUnavailable with
 * 503 if nobody can say
 */
export async function recheckedUser(
  recheck: Recheck,
  user: Stored<User>,
  signIn: RecheckedSignIn,
): Promise<Stored<User>> {
  const { ctx, reads } = currentScope();
  const by = {
    kind: 'system',
    id: `connector:${user.userstore}`,
    requestId: requestIdOf(ctx.req),
    address: ctx.ip,
  } as const;
  const rechecked = await recheck(by, user, signIn);
  switch (rechecked.kind) {
    case 'alive':
      if (rechecked.user !== user) reads.user.remember(user.id, rechecked.user);
      return rechecked.user;
    case 'ended':
      throw because(new errors.InvalidGrant('the account was closed where it lives'), 'userstore-account-ended');
    case 'unknown':
      throw because(new errors.InvalidGrant('the account was not found where it lives'), 'userstore-account-unknown');
    case 'not-allowed':
      throw because(new errors.InvalidGrant('the account may not sign in here'), 'connector-rule');
    case 'signed-out':
      throw because(new errors.InvalidGrant('the person signed out where they had signed in'), 'upstream-signed-out');
    case 'unavailable': {
      ctx.set('Retry-After', String(PAUSE));
      const error = new errors.TemporarilyUnavailable('the userstore of this user cannot be reached; try again later');
      error.statusCode = 503;
      error.status = 503;
      throw because(error, 'userstore-unconfirmed');
    }
  }
}
