import type { Locale } from '../../../src/base/locale.js';
import type { EnrolmentShown, FactorWords } from '../../../views/components/factor-words.js';

interface Words {
  readonly challenge: FactorWords;
  readonly enrolment: Pick<EnrolmentShown, 'why' | 'confirm'>;
  readonly bring: string;
}

export const words: Readonly<Record<Locale, Words>> = {
  en: {
    challenge: {
      name: 'Hardware token',
      title: 'Enter the number on your token',
      code: 'Number',
      explains: 'Press the button of your token once.',
      errors: {
        'code-missing': 'Enter the number.',
        'wrong-code': 'That is not the number that your token shows.',
        'used-code': 'That number was already used. Press the button again.',
      },
    },
    enrolment: { why: (application) => `${application} requires a hardware token.`, confirm: 'First number' },
    bring: 'Program your token with this key:',
  },
  de: {
    challenge: {
      name: 'Hardware-Token',
      title: 'Geben Sie die Zahl auf Ihrem Token ein',
      code: 'Zahl',
      explains: 'Drücken Sie einmal auf den Knopf Ihres Tokens.',
      errors: {
        'code-missing': 'Geben Sie die Zahl ein.',
        'wrong-code': 'Das ist nicht die Zahl, die Ihr Token zeigt.',
        'used-code': 'Diese Zahl wurde schon benutzt. Drücken Sie noch einmal.',
      },
    },
    enrolment: { why: (application) => `${application} verlangt ein Hardware-Token.`, confirm: 'Erste Zahl' },
    bring: 'Programmieren Sie Ihr Token mit diesem Schlüssel:',
  },
};
