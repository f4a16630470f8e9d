import type { PresetMapping } from '../../contract/connector-kind.js';

/** Names as administrators choose them where a provider has none of its own. */
export const plainAttributes: PresetMapping = {
  profile: [
    { field: 'username', from: 'username' },
    { field: 'name', from: 'name' },
    { field: 'givenName', from: 'givenName' },
    { field: 'familyName', from: 'familyName' },
    { field: 'email', from: 'email' },
  ],
};

/** Claim types of Microsoft's products. */
const WS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

export const microsoftClaims: PresetMapping = {
  profile: [
    { field: 'username', from: `${WS}name`, case: 'lower' },
    { field: 'givenName', from: `${WS}givenname` },
    { field: 'familyName', from: `${WS}surname` },
    { field: 'email', from: `${WS}emailaddress` },
  ],
};

/** LDAP attributes by the names that universities use (RFC 4519, RFC 2798, eduPerson). */
export const directoryAttributes: PresetMapping = {
  profile: [
    { field: 'username', from: 'urn:oid:0.9.2342.19200300.100.1.1' },
    { field: 'name', from: 'urn:oid:2.16.840.1.113730.3.1.241' },
    { field: 'givenName', from: 'urn:oid:2.5.4.42' },
    { field: 'familyName', from: 'urn:oid:2.5.4.4' },
    { field: 'email', from: 'urn:oid:0.9.2342.19200300.100.1.3' },
  ],
};
