import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { addressedAccounts } from './standard-claims.js';

/** Ids of users belong to a workspace, whose administrators set addresses. */
export const slack: ConnectorPreset = {
  connection: { issuer: 'https://slack.com', clientAuthentication: 'client_secret_post', logout: 'never' },
  subject: { id: ['https://slack.com/team_id', 'sub'] },
  mapping: addressedAccounts,
};
