import type { Context } from 'koa';
import type { Client } from '../../../realm/clients/client.js';
import { GATEHOUSE_API } from '../../../realm/resource-servers/resource-server.js';
import type { Reason } from '../../refusals/reasons.js';
import type { AccessTokens, LiveToken } from './access-tokens.js';
import type { Authenticated, TokenError } from './authentication-result.js';
import { acceptsProofs, type CallerSecurity } from './security.js';

/** Where access tokens are checked. */
export interface TokenSources {
  readonly clients: { get(id: string): Promise<Client | undefined> };
  readonly tokens: AccessTokens;
}

/** The client or user of an access token for Gatehouse's own API (RFC 6750, RFC 9449 7). */
export async function principalByToken(
  ctx: Context,
  scheme: 'Bearer' | 'DPoP',
  security: CallerSecurity,
  { clients, tokens }: TokenSources,
): Promise<Authenticated> {
  const presented = ctx.get('Authorization').replace(/^\S+ +/, '');
  const token = await tokens.read(presented);
  const refuse = (
    reason: Reason,
    words: string,
    error: TokenError = 'invalid_token',
    detail?: string,
  ): Authenticated => ({
    ok: false,
    kind: 'token-refused',
    error,
    scheme,
    why: { reason, words },
    client: token?.clientId,
    ...(detail !== undefined && { detail }),
  });

  if (!token) return refuse('token-unknown', 'that is no live access token');
  if (!security.ways.includes(token.user ? 'user-token' : 'client-token')) {
    return refuse(
      'token-owner-wrong',
      `that is a token of a ${token.user ? 'user' : 'client'}, which is not accepted here`,
    );
  }
  if (!token.audiences.includes(GATEHOUSE_API)) {
    const words = `token is for ${token.audiences.join(', ') || 'nobody'}, not for ${GATEHOUSE_API}`;
    return refuse('audience-wrong', words);
  }
  if (token.boundTo !== undefined && !acceptsProofs(security)) {
    return refuse('dpop-invalid', 'token is bound to a key, which is not taken here', 'invalid_token', NO_BOUND_TOKENS);
  }
  if ((token.boundTo !== undefined) !== (scheme === 'DPoP')) {
    const words =
      token.boundTo === undefined ? 'token is not bound to a key' : 'token is bound to a key, and was sent as Bearer';
    return refuse('dpop-invalid', words);
  }
  // A right that is taken from the client takes effect here at once.
  const client = await clients.get(token.clientId);
  if (!client?.resourceServers.includes(GATEHOUSE_API)) {
    return refuse('audience-wrong', `${GATEHOUSE_API} is no longer one of the client’s resource servers`);
  }
  if (token.boundTo !== undefined) {
    const proof = await tokens.checkProof(ctx, presented, token);
    if (!proof.ok) {
      return refuse(proof.error === 'use_dpop_nonce' ? 'dpop-nonce-needed' : 'dpop-invalid', proof.words, proof.error);
    }
  }
  return { ok: true, principal: principalOf(token, client) };
}

function principalOf({ user, scopes, authentication, connector }: LiveToken, client: Client) {
  if (!user) return { kind: 'client', client, scopes } as const;
  const signIn = { ...(authentication && { authentication }), ...(connector !== undefined && { connector }) };
  return { kind: 'user', user, client, scopes, ...signIn } as const;
}

const NO_BOUND_TOKENS =
  'This token is bound to a key (DPoP), and is not taken here. Ask by a client whose tokens are not (dpopBound).';
