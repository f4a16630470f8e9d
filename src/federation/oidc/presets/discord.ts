import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { namedAccounts } from './standard-claims.js';

/** `identify` is what it calls the profile. */
export const discord: ConnectorPreset = {
  connection: { issuer: 'https://discord.com', scopes: ['openid', 'identify', 'email'], logout: 'never' },
  mapping: namedAccounts,
};
