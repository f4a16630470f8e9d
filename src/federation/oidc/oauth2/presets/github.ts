import type { ConnectorPreset } from '../../../contract/connector-kind.js';
import { namedAccounts } from '../../presets/standard-claims.js';

/** GitHub, and GitHub Enterprise with other addresses. */
export const github: ConnectorPreset = {
  connection: {
    authorizationEndpoint: 'https://github.com/login/oauth/authorize',
    tokenEndpoint: 'https://github.com/login/oauth/access_token',
    issuer: 'https://github.com/login/oauth',
    clientAuthentication: 'client_secret_post',
    scopes: ['read:user', 'user:email'],
    loginHint: 'login',
    selectAccount: { name: 'prompt', value: 'select_account' },
  },
  subject: {
    profile: { url: 'https://api.github.com/user' },
    id: ['id'],
    claims: [
      { name: 'preferred_username', from: 'login' },
      { name: 'profile', from: 'html_url' },
      { name: 'picture', from: 'avatar_url' },
      { name: 'website', from: 'blog' },
    ],
    // The address of the profile is the one that its owner shows to everybody: it may be missing.
    emails: {
      url: 'https://api.github.com/user/emails?per_page=100',
      address: 'email',
      flags: ['primary', 'verified'],
      notMailboxes: ['users.noreply.github.com'],
    },
  },
  mapping: namedAccounts,
};
