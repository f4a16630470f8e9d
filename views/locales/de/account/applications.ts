import type { Texts } from '../../en.js';

export const applications: Texts['account']['applications'] = {
  none: 'Sie haben keiner Anwendung den Zugriff auf Ihr Benutzerkonto erlaubt.',
  explains:
    'Diesen Anwendungen haben Sie den Zugriff auf Ihr Benutzerkonto erlaubt. Wenn Sie das widerrufen, verliert die Anwendung den Zugriff und fragt Sie beim nächsten Mal wieder.',
  given: (when) => `Erlaubt am ${when}`,
  givenFor: (when) => `Für Sie von der Administration erlaubt am ${when}`,
  withdraw: (application) => `Zugriff von ${application} widerrufen`,
};
