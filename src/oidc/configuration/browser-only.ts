import { type Configuration, errors } from 'oidc-provider';
import { because } from '../../http/refusals/because.js';
import { quoted } from '../../http/refusals/quoted.js';
import { originsOf } from '../../realm/clients/origins-of.js';
import { clientBehind } from '../library/client/client-behind.js';

/**
 * Which pages may call which endpoints (CORS): those of a client's own origins, exactly, at the token endpoint, userinfo,
 * revocation and PAR. Introspection is for servers. Credentials are never allowed, so no cookie ever travels along; what is
 * published (discovery, JWKS) is for every page. `cross-origin` says what an answer's headers are.
 */
export const browserOnly = {
  clientBasedCORS({ oidc }, origin, client) {
    if (oidc.route !== 'introspection' && originsOf(clientBehind(client)).includes(origin)) return true;
    throw because(
      new errors.InvalidRequest('the origin is not allowed for this client'),
      'origin-not-allowed',
      `the request came from a page of ${quoted(origin)}`,
    );
  },
} satisfies Configuration;
