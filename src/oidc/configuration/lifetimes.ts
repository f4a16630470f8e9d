import type { Configuration } from 'oidc-provider';
import { now } from '../../base/clock.js';
import { beganAt, limitsOf, sessionEnd } from '../../sessions/session-end.js';
import { clientBehind } from '../library/client/client-behind.js';
import type { IssuedToken } from '../issuance/issued-token.js';
import { currentScope } from '../request-scope/request-scope.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a person may take for one sign-in. */
const INTERACTION_SECONDS = HOUR;
/** The lifetime of tokens without an audience, which open only userinfo. */
const USERINFO_TOKEN = HOUR;
/** A grant that outlives its session ends by itself after so long, however often it is used. */
const OFFLINE_GRANT = 365 * DAY;

/** How long everything lives, in seconds. Lifetimes from the realm's settings come from the request at hand. */
export const lifetimes = {
  ttl: {
    AuthorizationCode: MINUTE,
    Interaction: INTERACTION_SECONDS,
    IdToken: (_ctx, _token, client) => clientBehind(client).lifetimes.idTokenSeconds ?? HOUR,
    AccessToken: (_ctx, token, client) =>
      endingWithAccess(
        token,
        token.resourceServer?.accessTokenTTL ?? clientBehind(client).lifetimes.accessTokenSeconds ?? USERINFO_TOKEN,
      ),
    ClientCredentials: (_ctx, token) => endingWithAccess(token, token.resourceServer?.accessTokenTTL ?? USERINFO_TOKEN),
    // One that is bound to its session dies with it, whenever that is.
    RefreshToken: (_ctx, _token, client) =>
      clientBehind(client).lifetimes.refreshTokenIdleSeconds ?? currentScope().settings.refreshTokenIdleSeconds,
    Session: (_ctx, session) => {
      const { settings, reads } = currentScope();
      const { browserSession } = reads;
      const began = browserSession?.userId === undefined ? now() : beganAt(browserSession);
      const end = sessionEnd(began, limitsOf(settings, session.transient !== true), now());
      return Math.max(1, Math.floor((end - now()) / 1000));
    },
    // Not before its longest token: one that needs no session lives by itself, every other ends with it.
    Grant: (_ctx, grant) => {
      const { session, rememberedSession } = currentScope().settings;
      return grant.getOIDCScope().split(' ').includes('offline_access')
        ? OFFLINE_GRANT
        : Math.max(session.absoluteSeconds, rememberedSession.absoluteSeconds);
    },
  },
} satisfies Configuration;

/** No token says for longer what the access that it speaks of will not last. */
function endingWithAccess(token: IssuedToken, seconds: number): number {
  const { accessEndsAt: endsAt } = currentScope().issuances.of(token);
  return endsAt === undefined ? seconds : Math.max(1, Math.min(seconds, Math.floor((endsAt - now()) / 1000)));
}
