import type { Texts } from '../../en.js';

export const password: Texts['account']['password'] = {
  explains: 'Überall sonst werden Sie abgemeldet. Hier bleiben Sie angemeldet.',
  next: 'Neues Passwort',
  rule: 'Mindestens 8 Zeichen. Ein paar Wörter hintereinander merkt man sich leicht und errät sie schwer.',
  again: 'Neues Passwort noch einmal',
  submit: 'Passwort ändern',
};
