import type { ConnectorPreset } from '../../../contract/connector-kind.js';
import { addressedAccounts } from '../../presets/standard-claims.js';

/** Facebook. Its addresses name a version of the API, each of which ends after about two years. */
export const facebook: ConnectorPreset = {
  connection: {
    authorizationEndpoint: 'https://www.facebook.com/v26.0/dialog/oauth',
    tokenEndpoint: 'https://graph.facebook.com/v26.0/oauth/access_token',
    clientAuthentication: 'client_secret_post',
    scopes: ['public_profile', 'email'],
    proof: 'appsecret_proof',
    tokenErrors: [
      { code: '1', means: 'client-refused' },
      { code: '101', means: 'client-refused' },
      { code: '100', means: 'code-refused' },
      { code: '191', means: 'redirect-uri-refused' },
    ],
  },
  subject: {
    profile: { url: 'https://graph.facebook.com/v26.0/me?fields=id,name,email,first_name,last_name,picture' },
    id: ['id'],
    claims: [
      { name: 'given_name', from: 'first_name' },
      { name: 'family_name', from: 'last_name' },
      { name: 'picture', from: 'picture.data.url' },
    ],
    // Nothing says whether it was verified.
    email: { from: 'email', verified: 'never' },
  },
  mapping: addressedAccounts,
};
