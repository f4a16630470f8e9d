import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { addressedAccounts, namedAccounts } from './standard-claims.js';

const AUTHORITY = 'https://login.microsoftonline.com';

/** The tenant of everybody who has a personal account. */
const PERSONAL_ACCOUNTS = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** `oid` is unique within a tenant. `sub` is another one for each application. Administrators of a tenant write addresses as they like. */
const subject = { id: ['tid', 'oid'], emailVerified: 'xms_edov' };

/** People of one organisation. */
export const microsoft: ConnectorPreset = {
  connection: { issuer: `${AUTHORITY}/{tenantid}/v2.0`, tenants: [] },
  subject,
  mapping: namedAccounts,
};

/** People of several organisations. */
export const microsoftTenants: ConnectorPreset = {
  connection: { issuer: `${AUTHORITY}/organizations/v2.0`, tenants: [] },
  subject,
  mapping: namedAccounts,
};

/** Personal accounts. */
export const microsoftPersonal: ConnectorPreset = {
  connection: { issuer: `${AUTHORITY}/{tenantid}/v2.0`, tenants: [PERSONAL_ACCOUNTS], logout: 'never' },
  subject,
  mapping: addressedAccounts,
};
