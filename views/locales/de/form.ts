import type { Texts } from '../en.js';

export const form: Texts['form'] = {
  cancel: 'Abbrechen',
  errors: {
    'stale-form': 'Diese Seite war zu lange geöffnet oder kam von anderswo. Bitte versuchen Sie es noch einmal.',
    'form-unreadable':
      'Ihr Browser hat etwas geschickt, das sich nicht lesen lässt. Bitte versuchen Sie es noch einmal.',
  },
  wait: (seconds) =>
    seconds < 60
      ? plural(Math.max(1, Math.ceil(seconds)), 'Sekunde', 'Sekunden')
      : plural(Math.ceil(seconds / 60), 'Minute', 'Minuten'),
};

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
