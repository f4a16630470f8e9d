import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { addressedAccounts } from './standard-claims.js';

/** The issuer is that of a tenant, with the slash at its end. */
export const auth0: ConnectorPreset = {
  mapping: addressedAccounts,
};
