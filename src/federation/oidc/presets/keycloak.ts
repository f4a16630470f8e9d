import type { ConnectorPreset } from '../../contract/connector-kind.js';
import { namedAccounts } from './standard-claims.js';

/** The issuer is that of a realm. A mapper there puts groups into the token. */
export const keycloak: ConnectorPreset = {
  subject: { groups: 'groups' },
  mapping: namedAccounts,
};
