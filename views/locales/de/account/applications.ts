import type { Texts } from '../../en.js';

export const applications: Texts['account']['applications'] = {
  none: 'Sie haben noch keiner Anwendung etwas erlaubt.',
  explains:
    'Diese Anwendungen dürfen, was Sie ihnen erlaubt haben. Was Sie zurücknehmen, dürfen sie nicht mehr, und sie fragen Sie beim nächsten Mal.',
  given: (when) => `Erlaubt am ${when}`,
  givenFor: (when) => `Für Sie von der Administration erlaubt am ${when}`,
  withdraw: (application) => `Zurücknehmen, was ${application} darf`,
};
