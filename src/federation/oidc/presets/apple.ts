import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { addressedAccounts } from './standard-claims.js';

/** Answers that carry a name or an address come by a form (Apple, "Request an authorization"). */
export const apple: ConnectorPreset = {
  connection: {
    logout: 'never',
    issuer: 'https://appleid.apple.com',
    clientAuthentication: 'client_secret_generated',
    scopes: ['openid', 'name', 'email'],
    responseMode: 'form_post',
  },
  subject: { nameFrom: 'user' },
  mapping: addressedAccounts,
};
