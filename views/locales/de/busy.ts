import type { Texts } from '../en.js';

export const busy: Texts['busy'] = {
  title: 'Gerade melden sich sehr viele an',
  body: 'Im Moment ist kein Platz für Sie. Warten Sie ein paar Sekunden, und versuchen Sie es dann noch einmal: es geht nichts verloren.',
  again: 'Noch einmal versuchen',
};
