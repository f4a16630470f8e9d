import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { namedAccounts } from './standard-claims.js';

/** The issuer is that of the organisation or of one of its authorization servers. */
export const okta: ConnectorPreset = {
  subject: { groups: 'groups' },
  mapping: namedAccounts,
};
