import type { Texts } from '../en.js';

export const consent: Texts['consent'] = {
  title: (application) => `${application} den Zugriff erlauben?`,
  wantsTo: (application) => `${application} möchte:`,
  atResource: (resource) => `Bei ${resource}:`,
  allow: 'Erlauben',
  deny: 'Ablehnen',
  denyMeans: 'Wenn Sie ablehnen, kehren Sie zur Anwendung zurück, und sie erfährt nichts über Sie.',
  scopes: {
    openid: 'an einer Kennung Ihres Benutzerkontos erkennen, dass Sie angemeldet sind',
    profile: 'Ihr Profil sehen: Name, Bild und Sprache',
    email: 'Ihre E-Mail-Adresse sehen',
    phone: 'Ihre Telefonnummer sehen',
    address: 'Ihre Postanschrift sehen',
    roles: 'Ihre Rollen sehen',
    groups: 'die Gruppen sehen, zu denen Sie gehören',
    segments: 'sehen, zu welchen Segmenten Sie gezählt werden',
    customer_group: 'Ihre Kundengruppe sehen',
    attributes: 'sehen, was Ihre Organisation sonst über Sie führt',
    offline_access: 'den Zugriff behalten, auch wenn Sie nicht angemeldet sind',
  },
  otherScope: (scope) => `„${scope}“ verwenden`,
  claim: (claim) => `Ihre Angabe „${claim.replaceAll('_', ' ')}“ sehen`,
};
