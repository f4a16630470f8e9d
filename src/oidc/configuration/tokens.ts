import type { Configuration } from 'oidc-provider';
import { now, seconds } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { tokens as tokenSpec } from '../../sessions/tokens/token.js';
import { clientBehind } from '../library/client/client-behind.js';
import { clientMade } from '../requests/client-made.js';
import { currentScope } from '../request-scope/request-scope.js';

/** The contents of tokens, the rotation of refresh tokens, and the record of every JWT. */
export const tokens = {
  // A reused refresh token means that it is in two hands (RFC 9700 4.14.2): at every use another one follows, but for a client that
  // authenticates and says otherwise. One that is answered once more gets the successor that it has already.
  rotateRefreshToken: ({ oidc }) => {
    const client = clientBehind(oidc.client ?? {});
    return (
      client.rotateRefreshTokens ||
      client.authentication === 'none' ||
      currentScope().exchange.answeringAgain !== undefined
    );
  },
  // Session-bound unless `offline_access` was consented, so it needs no consent of its own.
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  expiresWithSession: (_ctx, source) => !source.scopes.has('offline_access'),
  revokeGrantPolicy: () => true,

  extraTokenClaims: (_ctx, token) => currentScope().issuances.of(token).claims,

  formats: {
    customizers: {
      jwt(_ctx, token, jwt) {
        const scope = currentScope();
        const { jti, exp } = jwt.payload;
        const { format, record } = scope.issuances.of(token);
        if (format.kind !== 'jwt') throw new Error('A token that was planned as a reference was to be signed.');
        jwt.header = { ...jwt.header, typ: format.type };
        if (typeof jti !== 'string' || typeof exp !== 'number' || token.clientId === undefined) {
          throw new Error('A JWT without jti, exp or client was to be signed.');
        }
        const user = 'accountId' in token ? token : undefined;
        const document = {
          id: hashOf(jti),
          kind: 'jwt' as const,
          clientId: token.clientId,
          ...clientMade(token.clientId),
          ...(user && { userId: user.accountId }),
          ...(user?.grantId !== undefined && { grantId: user.grantId }),
          ...(user?.sessionUid !== undefined && { sessionUid: user.sessionUid }),
          sessionBound: user?.expiresWithSession === true,
          issuedAt: now(),
          ...(record && { record }),
          // The claims requested from userinfo (OpenID Connect Core 5.5), if the token opens it.
          ...('claims' in token && token.claims !== undefined && { payload: JSON.stringify({ claims: token.claims }) }),
          expiresAt: seconds(exp),
        };
        scope.held.insert(tokenSpec, document);
        return undefined;
      },
    },
  },
} satisfies Configuration;
