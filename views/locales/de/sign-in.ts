import type { Texts } from '../en.js';

export const signIn: Texts['signIn'] = {
  title: 'Anmelden',
  titleAt: (userstore) => `Anmelden mit ${userstore}`,
  toContinue: (application) => `weiter zu ${application}`,
  identifier: 'Benutzername oder E-Mail-Adresse',
  password: 'Passwort',
  remember: 'Auf diesem Gerät angemeldet bleiben',
  submit: 'Anmelden',
  next: 'Weiter',
  anotherName: 'Einen anderen Namen verwenden',
  anotherWay: 'Auf andere Art anmelden',
  or: 'Oder',
  continueWith: (name) => `Weiter mit ${name}`,
  forgot: 'Passwort vergessen?',
  forgotCure: 'Ihre Administration kann Ihnen ein neues geben.',
  again: (person) => `Sie sind als ${person} angemeldet. Melden Sie sich noch einmal an, um fortzufahren.`,
  other: (person, application) =>
    `Sie sind als ${person} angemeldet, und ${application} verlangt ein anderes Benutzerkonto.`,
  errors: {
    'identifier-missing': 'Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein.',
    'password-missing': 'Geben Sie Ihr Passwort ein.',
    'wrong-credentials':
      'Benutzername oder Passwort ist nicht richtig. Prüfen Sie beides, und versuchen Sie es noch einmal.',
    throttled: (wait) => `Zu viele Versuche. Warten Sie ${wait}, und versuchen Sie es dann noch einmal.`,
    overloaded:
      'Gerade melden sich viele Menschen an. Warten Sie ein paar Sekunden, und versuchen Sie es dann noch einmal.',
    'userstore-failed':
      'Ihr Passwort kann gerade nicht geprüft werden. Warten Sie eine Minute, und versuchen Sie es dann noch einmal.',
    'not-offered':
      'Die Anwendung lässt diese Art von Benutzerkonto nicht zu. Geben Sie einen anderen Benutzernamen ein.',
    'not-asked':
      'Diese Seite ist für eine andere Art von Benutzerkonto. Geben Sie einen anderen Benutzernamen ein, oder wählen Sie „Auf andere Art anmelden“.',
    disabled: 'Dieses Benutzerkonto ist gesperrt. Wenden Sie sich an Ihre Administration.',
    'must-change':
      'Ihr Passwort muss geändert werden. Ändern Sie es dort, wo Ihre Firma es vorsieht, und melden Sie sich dann hier an.',
    'password-changed': 'Ihr neues Passwort gilt. Melden Sie sich damit an.',
    'other-account':
      'Die Anwendung verlangt ein anderes Benutzerkonto. Melden Sie sich mit dem an, das Sie dort verwenden.',
    'redirect-denied':
      'Sie wurden dort nicht angemeldet. Versuchen Sie es noch einmal, oder melden Sie sich auf andere Art an.',
    'redirect-failed':
      'Sie können dort gerade nicht angemeldet werden. Versuchen Sie es später noch einmal, oder melden Sie sich auf andere Art an.',
    'redirect-throttled':
      'Es wurden zu viele Anmeldungen begonnen. Warten Sie eine Minute, und beginnen Sie dann bei der Anwendung neu.',
    'account-not-admitted':
      'Dieses Konto darf sich hier nicht anmelden. Wählen Sie ein anderes, oder fragen Sie Ihre Administration.',
    'not-allowed': 'Dieses Benutzerkonto erfüllt nicht, was die Anwendung für die Anmeldung verlangt.',
  },
};
