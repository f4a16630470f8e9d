import type { Configuration } from 'oidc-provider';
import { LOCALES } from '../../base/locale.js';
import { CLIENT_ALGORITHMS, CLIENT_AUTHENTICATION } from './client-authentication.js';

/**
 * Metadata that the library does not publish by itself. RFC 8414 2: of an endpoint that says nothing of it, clients take it that they
 * authenticate by client_secret_basic alone.
 */
export const metadata = {
  discovery: {
    ui_locales_supported: [...LOCALES],
    // Anybody can send a public client's name (RFC 7662 2.1).
    introspection_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION.filter((method) => method !== 'none'),
    introspection_endpoint_auth_signing_alg_values_supported: [...CLIENT_ALGORITHMS],
    revocation_endpoint_auth_methods_supported: [...CLIENT_AUTHENTICATION],
    revocation_endpoint_auth_signing_alg_values_supported: [...CLIENT_ALGORITHMS],
  },
} satisfies Configuration;
