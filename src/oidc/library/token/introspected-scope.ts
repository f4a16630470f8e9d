import type { Grant, RefreshToken } from 'oidc-provider';

/**
 * Has introspection answer with the scope that a refresh token is good for: what was granted of what was requested. The library answers with
 * the token's field `scope`, which has everything that was requested.
 */
export function introspectGrantedScope(token: RefreshToken, grant: Grant | undefined): void {
  const { scopes, resource } = token;
  const ofApis = [resource ?? []].flat().map((identifier) => grant?.getResourceScopeFiltered(identifier, scopes));
  token.scope = [grant?.getOIDCScopeFiltered(scopes), ...ofApis].filter((scope) => scope).join(' ');
}
