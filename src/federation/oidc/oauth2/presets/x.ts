import type { ConnectorPreset } from '../../../contract/connector-kind.js';
import { namedAccounts } from '../../presets/standard-claims.js';

/** X, which was Twitter. */
export const x: ConnectorPreset = {
  connection: {
    authorizationEndpoint: 'https://x.com/i/oauth2/authorize',
    tokenEndpoint: 'https://api.x.com/2/oauth2/token',
    clientAuthentication: 'client_secret_basic',
    // X wants the permission to read posts beside that for users.
    scopes: ['users.read', 'tweet.read', 'users.email'],
    // Compulsory there.
    pkce: true,
    // Of a code or a refresh token that it takes no more.
    tokenErrors: [{ code: 'invalid_request', means: 'code-refused' }],
  },
  subject: {
    profile: {
      url: 'https://api.x.com/2/users/me?user.fields=confirmed_email,profile_image_url,url',
      path: 'data',
    },
    id: ['id'],
    claims: [
      { name: 'preferred_username', from: 'username' },
      { name: 'picture', from: 'profile_image_url' },
      { name: 'website', from: 'url' },
    ],
    email: { from: 'confirmed_email', verified: 'always' },
  },
  mapping: namedAccounts,
};
