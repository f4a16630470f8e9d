import type { Texts } from '../../en.js';

export const signIns: Texts['account']['signIns'] = {
  none: 'Es ist keine Anmeldung verzeichnet.',
  explains:
    'Das sind die Anmeldungen an Ihrem Benutzerkonto und die Versuche, die misslungen sind. Wenn Sie eine erfolgreiche Anmeldung nicht kennen, ändern Sie Ihr Passwort.',
  results: {
    'signed-in': 'Angemeldet',
    'wrong-password': 'Misslungen: falsches Passwort',
    'wrong-code': 'Misslungen: falscher Code des zweiten Faktors',
    refused: 'Abgelehnt',
  },
  at: 'Zeit',
  with: 'Browser',
  unknownDevice: 'Unbekannter Browser',
  address: 'IP-Adresse',
  application: 'Anwendung',
};
