import type { Texts } from '../../en.js';

export const password: Texts['account']['password'] = {
  explains: 'Ein neues Passwort meldet Sie in allen anderen Sitzungen ab. Hier bleiben Sie angemeldet.',
  elsewhere: 'Ihr Passwort liegt bei Ihrer Firma. Ändern Sie es dort, wo Ihre Firma es vorsieht.',
  keptBy: (name) => `Ihr Passwort liegt bei ${name}. Ändern Sie es dort.`,
  changesAt: (name) =>
    `Das ändert Ihr Passwort bei ${name}, für alles, wofür Sie es verwenden. Alle anderen Sitzungen werden abgemeldet. Hier bleiben Sie angemeldet.`,
  next: 'Neues Passwort',
  rule: 'Mindestens 8 Zeichen. Mehrere Wörter hintereinander sind leicht zu merken und schwer zu erraten.',
  again: 'Neues Passwort wiederholen',
  submit: 'Passwort ändern',
};
