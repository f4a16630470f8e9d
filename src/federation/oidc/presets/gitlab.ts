import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { namedAccounts } from './standard-claims.js';

/** GitLab.com, or GitLab on a host of one's own by its issuer. */
export const gitlab: ConnectorPreset = {
  connection: { issuer: 'https://gitlab.com', logout: 'never' },
  mapping: namedAccounts,
};
