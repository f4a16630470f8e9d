/** Namespaces and names of SAML 2.0, XML Signature and XML Encryption. */
export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const XENC = 'http://www.w3.org/2001/04/xmlenc#';

export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
export const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
export const ENTITY_FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity';
