import type { Texts } from '../en.js';

export const consent: Texts['consent'] = {
  title: (application) => `${application} den Zugriff erlauben?`,
  wantsTo: (application) => `${application} möchte:`,
  atResource: (resource) => `Bei ${resource}:`,
  allow: 'Erlauben',
  deny: 'Ablehnen',
  denyMeans: 'Wenn Sie ablehnen, kehren Sie zur Anwendung zurück, und sie erhält nichts.',
  scopes: {
    openid: 'Sie an einer Kennung Ihres Benutzerkontos erkennen',
    profile: 'Ihr Profil sehen: zum Beispiel Name, Bild und Sprache',
    email: 'Ihre E-Mail-Adresse sehen',
    phone: 'Ihre Telefonnummer sehen',
    address: 'Ihre Postanschrift sehen',
    roles: 'Ihre Rollen sehen',
    groups: 'die Gruppen sehen, zu denen Sie gehören',
    segments: 'die Segmente sehen, zu denen Sie gehören',
    customer_group: 'Ihre Kundengruppe sehen',
    attributes: 'weitere Angaben sehen, die Ihre Organisation über Sie speichert',
    offline_access: 'diesen Zugriff behalten, während Sie nicht angemeldet sind',
  },
  otherScope: (scope) => `„${scope}“ verwenden`,
  claim: (claim) => `Ihre Angabe „${claim.replaceAll('_', ' ')}“ sehen`,
};
