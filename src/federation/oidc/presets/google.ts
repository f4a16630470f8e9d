import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { addressedAccounts } from './standard-claims.js';

/** Only addresses at its own domains and those of Workspace customers (`hd`) are Google's to vouch for. */
export const google: ConnectorPreset = {
  connection: { issuer: 'https://accounts.google.com', logout: 'never' },
  subject: { emailVerified: { domains: ['gmail.com', 'googlemail.com'], orClaim: 'hd' } },
  mapping: addressedAccounts,
};
