import type { Configuration } from 'oidc-provider';
import { introspectGrantedScope } from '../library/token/introspected-scope.js';
import type { ClientLookup } from '../requests/client-lookup.js';
import { mayIntrospect, mayRevoke, notForCaller } from '../endpoints/token-access-policy.js';

/** RFC 7662 and RFC 7009 for the tokens that the library finds; JWTs are our own step (see `endpoints/jwt-introspection`). */
export const introspection = (clients: ClientLookup) =>
  ({
    introspection: {
      enabled: true,
      async allowedPolicy(ctx, { clientId }, token) {
        const client = await clients.get(clientId);
        if (!client) return false;
        if (!mayIntrospect(client, token)) notForCaller(ctx, client, token);
        if (token.kind === 'RefreshToken') introspectGrantedScope(token, ctx.oidc.entities.Grant);
        return mayIntrospect(client, token);
      },
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, { clientId }, token) => mayRevoke(clientId, token),
    },
  }) satisfies Configuration['features'];
