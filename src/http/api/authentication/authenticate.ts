import type { Context } from 'koa';
import { GATEHOUSE_API } from '../../../realm/resource-servers/resource-server.js';
import { type Authenticated, notAuthenticated } from './authentication-result.js';
import { clientBySecret, type SecretSources } from './client-secret.js';
import { principalByToken, type TokenSources } from './token-principal.js';
import { acceptsTokens, type CallerSecurity } from './security.js';

/** The services that authenticate callers. */
export type AuthenticationSources = SecretSources & TokenSources;

/** Authenticates the caller in the way that the scheme of the Authorization header selects. */
export async function authenticate(
  ctx: Context,
  security: CallerSecurity,
  sources: AuthenticationSources,
): Promise<Authenticated> {
  const authenticated = await bySchemeOf(ctx, security, sources);
  if (!authenticated.ok) return authenticated;
  const why = security.accepts?.(authenticated.principal);
  if (!why) return authenticated;
  const { principal } = authenticated;
  const client = principal.kind === 'anonymous' ? undefined : principal.client.id;
  // Tells a caller with a token that it needs another token.
  const isByToken = principal.kind === 'user' || (principal.kind === 'client' && principal.scopes !== undefined);
  return isByToken
    ? {
        ok: false,
        kind: 'token-refused',
        error: 'invalid_token',
        scheme: schemeOf(ctx) === 'dpop' ? 'DPoP' : 'Bearer',
        why,
        client,
      }
    : { ok: false, kind: 'unauthenticated', why, client };
}

function bySchemeOf(ctx: Context, security: CallerSecurity, sources: AuthenticationSources): Promise<Authenticated> {
  const scheme = schemeOf(ctx);
  if (scheme === 'basic' && security.ways.includes('client-basic')) {
    return clientBySecret(ctx.get('Authorization'), ctx.ip, sources);
  }
  if ((scheme === 'bearer' || scheme === 'dpop') && acceptsTokens(security)) {
    return principalByToken(ctx, scheme === 'dpop' ? 'DPoP' : 'Bearer', security, sources);
  }
  return Promise.resolve(
    notAuthenticated('not-authenticated', `no authentication that ${GATEHOUSE_API} accepts was sent`),
  );
}

/** The scheme of an Authorization header with one value; empty for any other. */
const schemeOf = (ctx: Context): string => (/^(\S+) +\S+$/.exec(ctx.get('Authorization'))?.[1] ?? '').toLowerCase();
