import type {
  AccessToken,
  AuthorizationCode,
  Client,
  ClientCredentials,
  Configuration,
  RefreshToken,
  UnknownObject,
} from 'oidc-provider';
import { narrow } from '../../access/permission.js';
import { now, seconds } from '../../base/clock.js';
import { hashOf } from '../../base/hash-of.js';
import { tokens as tokenSpec } from '../../sessions/token.js';
import { issueRecordOf } from '../issue-record.js';
import { clientBehind } from '../client-lookup.js';
import { currentScope } from '../request-scope.js';

/** What tokens say, how refresh tokens follow one another, and the record that every JWT leaves. */
export const tokens = {
  // A reused refresh token means that it is in two hands (RFC 9700 4.14.2): everybody rotates, at every use.
  rotateRefreshToken: true,
  // Session-bound unless `offline_access` was consented, so it needs no consent of its own.
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  expiresWithSession: (_ctx, source) => !source.scopes.has('offline_access'),
  revokeGrantPolicy: () => true,

  /** How its user signed in (RFC 9068 2.2.1), and roles and permissions of the one audience that it is for (2.2.3.1). */
  extraTokenClaims({ oidc }, token) {
    const { access } = currentScope();
    const source = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken;
    const authentication = authenticationOf(source);
    const { aud } = token;
    if (!access || typeof aud !== 'string') return authentication;
    const held = { roles: access.rolesAt(aud), permissions: access.permissions(aud) };
    return { ...authentication, ...lent(held, { token, source, client: oidc.client }) };
  },

  formats: {
    customizers: {
      jwt(_ctx, token, { payload }) {
        const scope = currentScope();
        const { jti, exp } = payload;
        if (typeof jti !== 'string' || typeof exp !== 'number' || token.clientId === undefined) {
          throw new Error('A JWT without jti, exp or client was to be signed.');
        }
        const user = 'accountId' in token ? token : undefined;
        const document = {
          id: hashOf(jti),
          kind: 'jwt' as const,
          clientId: token.clientId,
          ...(user && { userId: user.accountId }),
          ...(user?.grantId !== undefined && { grantId: user.grantId }),
          ...(user?.sessionUid !== undefined && { sessionUid: user.sessionUid }),
          sessionBound: user?.expiresWithSession === true,
          issuedAt: now(),
          record: issueRecordOf(scope.access, String(token.aud), scopesOf(token)),
          expiresAt: seconds(exp),
        };
        scope.hold(async () => {
          await scope.realm.of(tokenSpec).insert(document);
        });
        return undefined;
      },
    },
  },
} satisfies Configuration;

const scopesOf = (token: AccessToken | ClientCredentials): string[] =>
  token.scope?.split(' ').filter((scope) => scope !== '') ?? [];

interface Lending {
  readonly token: AccessToken | ClientCredentials;
  /** What a person's token is made from; a client's own has none. */
  readonly source: AuthorizationCode | RefreshToken | undefined;
  readonly client: Client | undefined;
}

interface Held {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/**
 * What a token lends of what its subject holds at its audience. Where the request asked for scopes of that audience, no more than the token
 * still has of them: one that was narrowed to none of them lends nothing, not everything. Where it asked for none, all that is held, but for
 * an application that people are asked about: there nobody was asked.
 */
function lent(held: Held, { token, source, client }: Lending): Held {
  const declared = new Set(token.resourceServer?.scopes);
  const asked = [...(source?.scopes ?? [])].some((scope) => declared.has(scope));
  const scopes = scopesOf(token);
  if (asked && !scopes.some((scope) => declared.has(scope))) return { ...held, permissions: [] };
  if (source && !asked && !(client && clientBehind(client).firstParty)) return { roles: [], permissions: [] };
  return { ...held, permissions: narrow(held.permissions, scopes, declared) };
}

/** As it was when the grant began: no refresh makes it newer. */
const authenticationOf = (source: AuthorizationCode | RefreshToken | undefined): UnknownObject => ({
  ...(source?.acr !== undefined && { acr: source.acr }),
  ...(source?.amr !== undefined && { amr: source.amr }),
  ...(source?.authTime !== undefined && { auth_time: source.authTime }),
});
