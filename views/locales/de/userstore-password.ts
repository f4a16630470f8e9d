import type { Texts } from '../en.js';

export const userstorePassword: Texts['userstorePassword'] = {
  title: 'Ihr Verzeichnis verlangt ein neues Passwort',
  toContinue: (application) => `weiter zu ${application}`,
  why: (username) =>
    `Das Passwort von ${username} liegt bei Ihrer Firma und muss geändert werden. Geben Sie es noch einmal ein, und wählen Sie dann ein neues.`,
  current: 'Jetziges Passwort',
  errors: {
    'current-missing': 'Geben Sie Ihr jetziges Passwort ein.',
    'wrong-current': 'Das jetzige Passwort ist nicht richtig. Versuchen Sie es noch einmal.',
    'new-missing': 'Geben Sie ein neues Passwort ein.',
    'not-repeated': 'Die beiden neuen Passwörter sind nicht gleich. Geben Sie das neue Passwort zweimal ein.',
    'as-before': 'Das neue Passwort ist das jetzige. Wählen Sie ein anderes.',
    'too-short': 'Ihr Verzeichnis verlangt ein längeres Passwort.',
    'too-long': 'Ihr Verzeichnis verlangt ein kürzeres Passwort.',
    'too-simple': 'Dieses Passwort ist Ihrem Verzeichnis zu leicht zu erraten. Wählen Sie ein anderes.',
    'used-before': 'Dieses Passwort haben Sie schon einmal verwendet. Wählen Sie ein anderes.',
    'too-young':
      'Ihr Passwort wurde vor Kurzem geändert und kann jetzt nicht noch einmal geändert werden. Wenden Sie sich an Ihre Administration.',
    'against-rules':
      'Ihr Verzeichnis nimmt dieses Passwort nicht an: Vielleicht ist es zu kurz, zu leicht zu erraten oder eines Ihrer früheren, oder Ihre letzte Änderung war erst vor Kurzem. Wählen Sie ein anderes.',
    'change-not-allowed':
      'Ihr Verzeichnis lässt Sie das Passwort hier nicht ändern. Ändern Sie es dort, wo Ihre Firma es vorsieht.',
    refused: (reference) =>
      `Ihr Verzeichnis hat das neue Passwort nicht angenommen. Versuchen Sie ein anderes, oder nennen Sie Ihrer Administration diese Nummer: ${reference}`,
    unanswered:
      'Ihr Verzeichnis hat nicht geantwortet. Vielleicht gilt das neue Passwort schon: Melden Sie sich damit an, und wenn das nicht geht, mit dem jetzigen.',
  },
};
