import type { Configuration } from 'oidc-provider';
import { clientBehind } from '../client-lookup.js';

/**
 * Which pages may call which endpoints (CORS): those of a client's own origins, exactly, at the token endpoint, userinfo,
 * revocation and PAR. Introspection is for servers. Credentials are never allowed, so no cookie ever travels along; what is
 * published (discovery, JWKS) is for every page.
 */
export const browserOnly = {
  clientBasedCORS: ({ oidc }, origin, client) =>
    oidc.route !== 'introspection' && clientBehind(client).allowedOrigins.includes(origin),
} satisfies Configuration;
