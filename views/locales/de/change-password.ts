import type { Texts } from '../en.js';

export const changePassword: Texts['changePassword'] = {
  title: 'Neues Passwort wählen',
  toContinue: (application) => `weiter zu ${application}`,
  why: 'Vielleicht kennt jemand anders Ihr jetziges Passwort, oder Ihre Administration bittet Sie, es zu ändern. Wählen Sie ein neues, das nur Sie kennen.',
};
