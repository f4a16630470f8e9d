import type { JWTPayload } from 'jose';
import type { Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { now } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import type { SigningKey } from '../../realm/keys/ring-key.js';
import { revokeGrant } from '../../sessions/grants/revoke-grant.js';
import { revokeToken } from '../../sessions/tokens/revoke-token.js';
import type { Token } from '../../sessions/tokens/token.js';
import type { ClientLookup } from '../requests/client-lookup.js';
import { jwtReader } from './verify-access-token.js';
import { currentScope } from '../request-scope/request-scope.js';
import { mayIntrospect, mayRevoke, notForCaller } from './token-access-policy.js';

interface Verified {
  readonly claims: JWTPayload;
  /** Its issue record, by which its grant, user and session are found. */
  readonly record: Token;
}

/**
 * Introspection and revocation of JWT access tokens. The library authenticates the client there and then refuses every JWT,
 * since it keeps none; we do keep what each was issued by, so where it refuses, this answers instead.
 *
 * @param parts.issuer the issuer identifier, as tokens name it
 */
export function jwtIntrospection(parts: {
  readonly issuer: string;
  readonly signing: readonly SigningKey[];
  readonly clients: ClientLookup;
}): Middleware {
  const read = jwtReader(parts.issuer, parts.signing);

  async function verified(presented: unknown): Promise<Verified | undefined> {
    const claims = typeof presented === 'string' ? await read(presented) : undefined;
    const record = typeof claims?.jti === 'string' ? await currentScope().reads.token(hashOf(claims.jti)) : undefined;
    return claims && record?.kind === 'jwt' ? { claims, record } : undefined;
  }

  async function introspected(asking: string, presented: unknown): Promise<object> {
    const client = await parts.clients.get(asking);
    const token = await verified(presented);
    if (!client || !token) return { active: false };
    const { claims, record } = token;
    const whose = { clientId: record.clientId, aud: claims.aud };
    if (!mayIntrospect(client, whose)) {
      notForCaller(currentScope().ctx, client, whose);
      return { active: false };
    }
    if (!(await currentScope().reads.tokenAlive(record))) return { active: false };
    // The members of RFC 7662 2.2 that come from the JWT itself.
    return { ...claims, active: true, token_type: isBound(claims) ? 'DPoP' : 'Bearer' };
  }

  async function revoke(asking: string, presented: unknown): Promise<void> {
    const token = await verified(presented);
    if (!token || !mayRevoke(asking, token.record)) return;
    const { id, grantId } = token.record;
    const { realm } = currentScope();
    await (grantId === undefined ? revokeToken(realm, id, now()) : revokeGrant(realm, grantId, now()));
  }

  return async (ctx, next) => {
    await next();
    if (ctx.status !== 400 || !isRefusedAsStructured(ctx.body)) return;
    const { route, client, params } = (ctx as unknown as KoaContextWithOIDC).oidc;
    if (!client) return;
    if (route === 'introspection') {
      const answer = await introspected(client.clientId, params?.['token']);
      ctx.status = 200;
      ctx.body = answer;
    } else if (route === 'revocation') {
      await revoke(client.clientId, params?.['token']);
      ctx.status = 200;
      ctx.body = '';
    }
  };
}

const isRefusedAsStructured = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'error' in body && body.error === 'unsupported_token_type';

const isBound = ({ cnf }: JWTPayload): boolean => typeof cnf === 'object' && cnf !== null && 'jkt' in cnf;
