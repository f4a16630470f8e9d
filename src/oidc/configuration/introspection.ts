import type { Configuration, Grant, RefreshToken } from 'oidc-provider';
import type { ClientLookup } from '../requests/client-lookup.js';
import { mayIntrospect, mayRevoke, notForCaller } from '../endpoints/token-access-policy.js';

/** A refresh token remembers what was asked for; what it is good for is what was granted of that. */
function grantedScope({ scopes, resource }: RefreshToken, grant: Grant | undefined): string {
  const ofApis = [resource ?? []].flat().map((identifier) => grant?.getResourceScopeFiltered(identifier, scopes));
  return [grant?.getOIDCScopeFiltered(scopes), ...ofApis].filter((scope) => scope).join(' ');
}

/** RFC 7662 and RFC 7009 for the tokens that the library finds; JWTs are our own step (see `structured-tokens`). */
export const introspection = (clients: ClientLookup) =>
  ({
    introspection: {
      enabled: true,
      async allowedPolicy(ctx, { clientId }, token) {
        const client = await clients.get(clientId);
        if (!client) return false;
        if (!mayIntrospect(client, token)) notForCaller(ctx, client, token);
        // The library answers with the scope of the token at hand.
        if (token.kind === 'RefreshToken') token.scope = grantedScope(token, ctx.oidc.entities.Grant);
        return mayIntrospect(client, token);
      },
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, { clientId }, token) => mayRevoke(clientId, token),
    },
  }) satisfies Configuration['features'];
