import type { Texts } from '../en.js';

export const layout: Texts['layout'] = {
  errorTitle: (title) => `Fehler: ${title}`,
};
