import type { Texts } from '../en.js';

export const layout: Texts['layout'] = {
  signedInAs: (person) => `Angemeldet als ${person}`,
  errorTitle: (title) => `Fehler: ${title}`,
};
