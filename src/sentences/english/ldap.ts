import type { Sentences } from '../sentences.js';

export const ldapSentences = {
  'ldap-server-form': () =>
    'Not an LDAP server. Write ldaps://HOST or ldap://HOST, with a port if it is not 636 or 389.',
  'ldap-plain-text': ({ server }) =>
    `Passwords would go to ${server} without encryption. Use ldaps://, or set startTls to true.`,
  'ldap-ca-form': () => 'Not a list of certificates in PEM.',
  'ldap-dn-form': () => 'Not a distinguished name, such as ou=people,dc=example,dc=com (RFC 4514).',
  'ldap-filter-form': () => 'Not an LDAP filter, such as (objectClass=person) (RFC 4515).',
  'ldap-attribute-form': () => 'Not the name of an attribute: letters, digits and hyphens, with a letter at the start.',
  'ldap-template-form': () =>
    'Not a template for a distinguished name: {name} stands once, for the whole value of an attribute, as in uid={name},ou=people,dc=example,dc=com.',
  'ldap-search-account': () =>
    'Gatehouse needs one way to find the entry of a user: set bindDn, or anonymous to true, or bindTemplate. bindDn and anonymous exclude each other.',
  'ldap-nested-member-uid': () =>
    'Groups inside groups need the member attribute member or uniqueMember, not memberUid.',
} as const satisfies Partial<Sentences>;
