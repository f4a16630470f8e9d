import type { Texts } from '../en.js';

export const wrongAddress: Texts['wrongAddress'] = {
  title: 'Dieser Server hat eine andere Adresse',
  body: 'Die Anmeldung ist nur unter dieser Adresse möglich:',
};
