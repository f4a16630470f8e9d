import type { Texts } from '../en.js';

export const form: Texts['form'] = {
  cancel: 'Abbrechen',
  showPassword: 'Passwort anzeigen',
  errors: {
    'stale-form': 'Dieses Formular ist abgelaufen oder kam nicht von dieser Website. Versuchen Sie es noch einmal.',
    'form-unreadable': 'Das Formular ließ sich nicht lesen. Versuchen Sie es noch einmal.',
  },
  wait: (seconds) =>
    seconds < 60
      ? plural(Math.max(1, Math.ceil(seconds)), 'Sekunde', 'Sekunden')
      : plural(Math.ceil(seconds / 60), 'Minute', 'Minuten'),
};

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
