import type { Texts } from '../en.js';

export const secondFactor: Texts['secondFactor'] = {
  toContinue: (person, application) => `${person}, um mit ${application} fortzufahren`,
  submit: 'Weiter',
  otherWays: 'Oder verwenden Sie:',
  throttled: (wait) => `Zu viele Versuche. Warten Sie ${wait}, und versuchen Sie es dann noch einmal.`,
  totp: {
    name: 'Authenticator-App',
    title: 'Geben Sie Ihren Code ein',
    code: 'Code',
    explains:
      'Sechs Ziffern aus Ihrer Authenticator-App. Wenn Sie sie nicht mehr haben, geben Sie einen Ihrer Wiederherstellungscodes ein.',
    errors: {
      'code-missing': 'Geben Sie den Code ein.',
      'wrong-code': 'Dieser Code ist nicht richtig. Geben Sie den Code ein, den die App jetzt zeigt.',
      'used-code': 'Dieser Code wurde schon benutzt. Warten Sie, bis die App den nächsten zeigt.',
    },
  },
  recoveryCode: {
    name: 'Wiederherstellungscode',
    title: 'Geben Sie einen Wiederherstellungscode ein',
    code: 'Wiederherstellungscode',
    explains: 'Einer der Codes, die Sie bei der Einrichtung Ihres zweiten Faktors gespeichert haben.',
    errors: {
      'code-missing': 'Geben Sie den Code ein.',
      'wrong-code': 'Das ist keiner Ihrer unbenutzten Wiederherstellungscodes.',
      'used-code': 'Dieser Code wurde schon benutzt. Geben Sie einen anderen ein.',
    },
  },
  enrol: {
    title: 'Richten Sie einen zweiten Faktor ein',
    why: (application) =>
      `${application} verlangt einen zweiten Faktor: einen Code aus einer Authenticator-App. Sie richten ihn einmal ein.`,
    scan: 'Scannen Sie diesen QR-Code mit einer Authenticator-App:',
    picture: 'QR-Code für Ihre Authenticator-App',
    type: 'Oder tippen Sie diesen Schlüssel in die App:',
    confirm: 'Code aus der App',
    submit: 'Einrichten',
  },
  recovery: {
    title: 'Speichern Sie Ihre Wiederherstellungscodes',
    explains:
      'Jeder Code meldet Sie einmal an, wenn Sie Ihre Authenticator-App nicht haben. Speichern Sie sie jetzt: Sie werden nicht noch einmal gezeigt.',
    list: 'Wiederherstellungscodes',
    copy: 'Alle Codes kopieren',
    copied: 'Kopiert.',
    download: 'Als Textdatei herunterladen',
    fileName: 'wiederherstellungscodes.txt',
    fileTitle: (realm) => `Wiederherstellungscodes für ${realm}. Jeder gilt einmal.`,
    go: 'Ich habe sie gespeichert, weiter',
  },
};
