import type { Texts } from '../en.js';

export const changePassword: Texts['changePassword'] = {
  title: 'Neues Passwort wählen',
  toContinue: (application) => `weiter zu ${application}`,
  why: 'Jemand anders kennt Ihr jetziges, oder Ihre Administration bittet Sie, es zu ändern. Wählen Sie ein anderes, das nur Sie kennen.',
};
