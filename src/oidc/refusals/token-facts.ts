import type { Client as LibraryClient, KoaContextWithOIDC } from 'oidc-provider';
import { isBlocked } from '../../base/block.js';
import { type Instant, now, seconds } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import type { Why } from '../../http/refusals/because.js';
import { shownUri } from '../../http/refusals/shown-uri.js';
import { familyId, parseRefreshToken } from '../../sessions/tokens/refresh-family.js';
import type { Token } from '../../sessions/tokens/token.js';
import { CODE_KEPT_SECONDS } from '../adapter/token-adapter.js';
import { currentScope } from '../request-scope/request-scope.js';
import { claimsOfJwt } from './client-facts.js';

/**
 * Why a code is not valid. The document was read by this request, whatever the library made of it; so nothing more is asked
 * of the store.
 *
 * @param otherwise where the document is as it should be
 */
export async function codeFacts(code: unknown, client: LibraryClient | undefined, otherwise: Why): Promise<Why> {
  if (typeof code !== 'string') return otherwise;
  const token = await currentScope().reads.token(hashOf(code));
  if (token?.kind !== 'authorization-code') {
    return { reason: 'code-unknown', words: 'no such code: it was never issued here, or it expired long ago' };
  }
  // Whose it is, another client is not told.
  if (token.clientId !== client?.clientId) {
    return { reason: 'code-of-another-client', words: `code was issued to the client ${token.clientId}` };
  }
  if (token.consumedAt !== undefined) return said('code-used', `code was redeemed ${ago(token.consumedAt)}`);
  const expiredAt = token.expiresAt - seconds(CODE_KEPT_SECONDS);
  if (expiredAt <= now()) return said('code-expired', `code expired ${ago(expiredAt)}`);
  return (await endedWith(token)) ?? otherwise;
}

/** The same of a refresh token. */
export async function refreshTokenFacts(
  presented: unknown,
  client: LibraryClient | undefined,
  otherwise: Why,
): Promise<Why> {
  const parsed = typeof presented === 'string' ? parseRefreshToken(presented) : undefined;
  if (!parsed) return { reason: 'refresh-token-unknown', words: 'that is no refresh token of ours' };
  const family = await currentScope().reads.token(familyId(parsed));
  if (family?.kind !== 'refresh-token') {
    return { reason: 'refresh-token-unknown', words: 'no such refresh token: it was never issued here, or it expired' };
  }
  if (family.clientId !== client?.clientId) {
    return { reason: 'token-owner-wrong', words: `refresh token was issued to the client ${family.clientId}` };
  }
  if (otherwise.reason === 'refresh-token-used') {
    const since = family.rotatedAt === undefined ? '' : `; its successor was issued ${ago(family.rotatedAt)}`;
    return said('refresh-token-used', `refresh token was used before${since}`);
  }
  return (await endedWith(family)) ?? otherwise;
}

/** Why an access token opens nothing at userinfo. The unverified claims of a JWT are used for this text only. */
export async function accessTokenFacts(ctx: KoaContextWithOIDC): Promise<Why> {
  const presented = ctx.oidc.getAccessToken({ acceptDPoP: true });
  const claims = claimsOfJwt(presented);
  if (claims) return jwtFacts(claims, ctx.oidc.issuer);
  const token = await currentScope().reads.token(hashOf(presented));
  if (!token) return { reason: 'token-unknown', words: 'no such access token: it expired, or was never issued here' };
  return (await endedWith(token)) ?? { reason: 'token-unknown', words: 'that is no access token' };
}

function jwtFacts({ iss, aud, exp }: NonNullable<ReturnType<typeof claimsOfJwt>>, issuer: string): Why {
  if (typeof exp === 'number' && seconds(exp) <= now())
    return said('token-expired', `token expired ${ago(seconds(exp))}`);
  if (iss === `${issuer}/`) return said('issuer-trailing-slash', 'issuer has a trailing slash in the token');
  if (iss !== issuer) return said('token-unknown', `token is of the issuer ${shownUri(iss)}`);
  const named = [aud ?? []].flat().slice(0, 3).map(shownUri).join(', ');
  return said('audience-wrong', `token is for ${named === '' ? 'nobody' : named}, not for userinfo`);
}

/** The grant, session or user of a token that has ended. All of it was read with the token. */
async function endedWith(token: Token): Promise<Why | undefined> {
  const scope = currentScope();
  const user = token.userId === undefined ? undefined : await scope.reads.user(token.userId);
  if (token.userId !== undefined && (!user || isBlocked(user, now()))) {
    return said('user-unknown', user ? 'the user is disabled' : 'the user no longer exists');
  }
  if (token.revokedAt !== undefined) return said('grant-ended', `it was revoked ${ago(token.revokedAt)}`);
  const grant = token.grantId === undefined ? undefined : await scope.reads.grant(token.grantId);
  if (grant?.revokedAt !== undefined) return said('grant-ended', `the grant ended ${ago(grant.revokedAt)}`);
  const session =
    token.sessionBound && token.sessionUid !== undefined ? await scope.reads.session(token.sessionUid) : undefined;
  if (session?.endedAt !== undefined) return said('grant-ended', `the session ended ${ago(session.endedAt)}`);
  if (await scope.reads.tokenAlive(token)) return undefined;
  return said('grant-ended', 'the session or the grant is over');
}

const said = (reason: Why['reason'], words: string): Why => ({ reason, words, open: words });

const ago = (at: Instant): string => `${Math.max(0, Math.round((now() - at) / 1000))} s ago`;
