import type { Texts } from '../en.js';

export const arrived: Texts['arrived'] = {
  title: (application) => `Weiter zu ${application}?`,
  body: (provider, person) => `${provider} sagt, dass Sie ${person} sind.`,
  otherwise: 'Wenn das jemand anderes ist oder Sie sich nicht anmelden wollten, schließen Sie diese Seite.',
};
