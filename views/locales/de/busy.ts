import type { Texts } from '../en.js';

export const busy: Texts['busy'] = {
  title: 'Gerade melden sich sehr viele an',
  body: 'Der Server ist ausgelastet. Warten Sie ein paar Sekunden, und versuchen Sie es dann noch einmal. Es geht nichts verloren.',
  again: 'Noch einmal versuchen',
};
