import type { ConnectorPreset } from '../../../contract/connector-kind.js';
import { addressedAccounts } from '../../presets/standard-claims.js';

/** Login with Amazon, in North America; other regions have other hosts. */
export const amazon: ConnectorPreset = {
  connection: {
    authorizationEndpoint: 'https://www.amazon.com/ap/oa',
    tokenEndpoint: 'https://api.amazon.com/auth/o2/token',
    clientAuthentication: 'client_secret_post',
    scopes: ['profile'],
  },
  subject: {
    profile: { url: 'https://api.amazon.com/user/profile' },
    id: ['user_id'],
    // Nothing says whether it was verified.
    email: { from: 'email', verified: 'never' },
  },
  mapping: addressedAccounts,
};
