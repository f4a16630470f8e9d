import { byKind } from '../federation/connectors/connector-settings.js';
import { ldapKind } from '../federation/ldap/ldap-kind.js';
import { oidcKind } from '../federation/oidc/oidc-kind.js';
import { oauth2Kind } from '../federation/oidc/oauth2/oauth2-kind.js';
import { samlKind } from '../federation/saml/saml-kind.js';

/** The protocols of connectors. */
export const CONNECTOR_KINDS = byKind([ldapKind, oidcKind, oauth2Kind, samlKind]);
