import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { addressedAccounts } from './standard-claims.js';

/** It knows neither a nonce nor, without being asked for it, PKCE: a code verifier gives `invalid_client`. */
export const linkedin: ConnectorPreset = {
  connection: {
    logout: 'never',
    issuer: 'https://www.linkedin.com/oauth',
    clientAuthentication: 'client_secret_post',
    pkce: false,
    nonce: false,
  },
  mapping: addressedAccounts,
};
