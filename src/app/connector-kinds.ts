import { byKind } from '../federation/connectors/connector-settings.js';
import { ldapKind } from '../federation/ldap/ldap-kind.js';
import { oidcKind } from '../federation/oidc/oidc-kind.js';

/** The protocols of connectors. */
export const CONNECTOR_KINDS = byKind([ldapKind, oidcKind]);
