import type { Sentences } from '../sentences.js';

export const ldapSentences = {
  'ldap-server-form': () =>
    'Kein LDAP-Server. Schreiben Sie ldaps://HOST oder ldap://HOST, mit Port, falls er nicht 636 oder 389 ist.',
  'ldap-plain-text': ({ server }) =>
    `Passwörter gingen unverschlüsselt an ${server}. Verwenden Sie ldaps:// oder setzen Sie startTls auf true.`,
  'ldap-ca-form': () => 'Keine Liste von Zertifikaten in PEM.',
  'ldap-dn-form': () => 'Kein Distinguished Name wie ou=people,dc=example,dc=com (RFC 4514).',
  'ldap-filter-form': () => 'Kein LDAP-Filter wie (objectClass=person) (RFC 4515).',
  'ldap-attribute-form': () =>
    'Kein Name eines Attributs: Buchstaben, Ziffern und Bindestriche, mit einem Buchstaben am Anfang.',
  'ldap-template-form': () =>
    'Keine Vorlage für einen Distinguished Name: {name} steht einmal, für den ganzen Wert eines Attributs, wie in uid={name},ou=people,dc=example,dc=com.',
  'ldap-search-account': () =>
    'Gatehouse braucht einen Weg zum Eintrag eines Benutzers: setzen Sie bindDn, oder anonymous auf true, oder bindTemplate. bindDn und anonymous schließen einander aus.',
  'ldap-nested-member-uid': () =>
    'Gruppen in Gruppen brauchen als Mitglieds-Attribut member oder uniqueMember, nicht memberUid.',
} as const satisfies Partial<Sentences>;
