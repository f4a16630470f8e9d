import { type AccessToken, errors, type Provider } from 'oidc-provider';
import { hashOf } from '../../../base/crypto/hash-of.js';
import { because } from '../../../http/refusals/because.js';
import { quoted } from '../../../http/refusals/quoted.js';
import type { ResourceServerService } from '../../../realm/resource-servers/resource-server-service.js';
import type { SigningKey } from '../../../realm/keys/ring-key.js';
import { audiencesOf, userinfoAudience } from '../../issuance/audiences.js';
import { jwtReader } from '../../endpoints/verify-access-token.js';
import { currentScope } from '../../request-scope/request-scope.js';
import { oidcOf } from '../../request-scope/session-in-request.js';

/**
 * Wraps `AccessToken.find`: userinfo accepts tokens for an API that were also made for userinfo. The library refuses every token with an audience
 * there, and finds no JWT. It gets such a token without its audience, once the signature, time, revocation, grant, user and session are
 * checked. It checks the proof of possession and the scope itself.
 */
export function findUserinfoTokens(
  provider: Provider,
  parts: {
    readonly issuer: string;
    readonly signing: readonly SigningKey[];
    readonly resourceServers: Pick<ResourceServerService, 'get'>;
  },
): void {
  const { issuer, signing, resourceServers } = parts;
  const read = jwtReader(issuer, signing);
  const AccessToken = provider.AccessToken as unknown as LibraryTokens;
  const { find } = AccessToken;

  AccessToken.find = async function (value, options) {
    if (oidcOf(currentScope())?.route !== 'userinfo') return find.call(this, value, options);
    const token = value.includes('.') ? await structured(value) : await find.call(this, value, options);
    if (token?.aud === undefined) return token;
    const audiences = audiencesOf(token.aud);
    if (!audiences.includes(userinfoAudience(issuer)) || (await keepsToItself(audiences))) {
      // RFC 6750 3.1: the token is valid, but for another audience.
      const words = `token is for ${quoted(audiences.join(', '))}, not for userinfo`;
      throw because(
        new errors.InvalidToken('token audience prevents accessing the userinfo endpoint'),
        'audience-wrong',
        words,
      );
    }
    token.aud = undefined;
    return token;
  };

  /** If an API allows its tokens at no other place, that also holds for tokens issued before. */
  async function keepsToItself(audiences: readonly string[]): Promise<boolean> {
    const apis = audiences.filter((audience) => audience !== userinfoAudience(issuer));
    const servers = await Promise.all(apis.map((audience) => resourceServers.get(audience)));
    return servers.some((server) => server?.userinfo === false);
  }

  async function structured(value: string): Promise<FoundToken | undefined> {
    const scope = currentScope();
    const claims = await read(value);
    const record = claims?.jti === undefined ? undefined : await scope.reads.token(hashOf(claims.jti));
    if (!claims || record?.kind !== 'jwt' || record.userId === undefined) return undefined;
    if (!(await scope.reads.tokenAlive(record))) return undefined;
    const { acr, amr, auth_time: authTime, idp, cnf } = claims;
    return new AccessToken({
      ...(JSON.parse(record.payload ?? '{}') as object),
      jti: claims.jti,
      iat: claims.iat,
      exp: claims.exp,
      aud: claims.aud,
      scope: claims['scope'],
      jkt: (cnf as { jkt?: string } | undefined)?.jkt,
      accountId: record.userId,
      clientId: record.clientId,
      grantId: record.grantId,
      sessionUid: record.sessionUid,
      expiresWithSession: record.sessionBound,
      extra: { acr, amr, auth_time: authTime, idp },
    });
  }
}

/** The library's class, with what the published types leave out. */
interface LibraryTokens {
  new (payload: Readonly<Record<string, unknown>>): FoundToken;
  find: (this: LibraryTokens, value: string, options?: object) => Promise<FoundToken | undefined>;
}
type FoundToken = Omit<AccessToken, 'aud'> & { aud: unknown };
