import { decodeJwt } from 'jose';
import type { Client as LibraryClient, KoaContextWithOIDC } from 'oidc-provider';
import type { Why } from '../../http/refusals/because.js';
import { shownUri } from '../../http/refusals/shown-uri.js';
import { clientBehind } from '../library/client/client-behind.js';

/** How the client should authenticate, and how it did. */
export function authenticationWords(ctx: KoaContextWithOIDC): string {
  const { client, params } = ctx.oidc;
  const registered = client ? clientBehind(client).authentication : 'another method';
  const should =
    registered === 'none' ? 'client has no secret (authentication: none)' : `client authenticates by ${registered}`;
  return `${should}, ${sentAs(ctx, params?.['client_assertion'], params?.['client_secret'])}`;
}

function sentAs(ctx: KoaContextWithOIDC, assertion: unknown, secret: unknown): string {
  if (assertion !== undefined) return 'an assertion was sent';
  if (secret !== undefined) return 'a secret was sent in the body';
  return ctx.get('authorization') === '' ? 'nothing was sent' : 'a secret was sent by Basic';
}

/** The redirect URI that was sent, and those that are registered. A stranger reads neither. */
export function redirectWords(client: LibraryClient | undefined, presented: unknown): Why {
  const was = `redirect_uri was ${shownUri(presented)}`;
  const registered = client ? clientBehind(client).redirectUris : [];
  const some = registered.slice(0, 3).map(shownUri).join(', ');
  const more = registered.length > 3 ? ` and ${registered.length - 3} more` : '';
  return {
    reason: 'redirect-uri-mismatch',
    words: registered.length === 0 ? `${was}, none is registered` : `${was}, registered is ${some}${more}`,
    open: 'redirect_uri is not registered for this client, exactly as it was sent',
  };
}

/** The missing protection, and why this client needs it. */
export function pkceWords(client: LibraryClient | undefined, params: Readonly<Record<string, unknown>>): string {
  const isPublic = client !== undefined && clientBehind(client).authentication === 'none';
  if (isPublic) return 'no code_challenge was sent, which a public client needs (PKCE, S256)';
  return params['nonce'] === undefined
    ? 'neither code_challenge nor nonce was sent'
    : 'no code_challenge was sent, which this client needs (PKCE, S256)';
}

/** The audience of a JWT, unverified. Empty for what is none. */
export function audienceOfJwt(jwt: unknown): readonly string[] {
  return [claimsOfJwt(jwt)?.aud ?? []].flat();
}

/** The claims of a JWT, unverified: only for the log. */
export function claimsOfJwt(jwt: unknown): ReturnType<typeof decodeJwt> | undefined {
  try {
    return typeof jwt === 'string' ? decodeJwt(jwt) : undefined;
  } catch {
    return undefined;
  }
}
