import type { Texts } from '../en.js';

export const arriving: Texts['arriving'] = {
  title: 'Zurück zur Anwendung',
  body: 'Wenn innerhalb weniger Sekunden nichts geschieht, nutzen Sie diesen Link.',
  goOn: 'Weiter',
  goOnTo: (application) => `Weiter zu ${application}`,
};
