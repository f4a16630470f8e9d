import type { Texts } from '../en.js';

export const arriving: Texts['arriving'] = {
  title: 'Zurück zur Anwendung',
  titleAt: (provider) => `Weiter zu ${provider}`,
  body: 'Wenn innerhalb weniger Sekunden nichts geschieht, nutzen Sie diesen Link.',
  goOn: 'Weiter',
  goOnTo: (name) => `Weiter zu ${name}`,
};
