import type { Texts } from '../en.js';

export const secondFactor: Texts['secondFactor'] = {
  title: 'Geben Sie Ihren Code ein',
  toContinue: (person, application) => `${person}, um mit ${application} fortzufahren`,
  code: 'Code',
  explains:
    'Sechs Ziffern aus Ihrer Authenticator-App. Wenn Sie sie nicht mehr haben, geben Sie einen Ihrer Wiederherstellungscodes ein.',
  submit: 'Weiter',
  errors: {
    'code-missing': 'Geben Sie den Code ein.',
    'wrong-code': 'Dieser Code stimmt nicht. Geben Sie den ein, den die App jetzt zeigt.',
    'used-code': 'Dieser Code wurde schon benutzt. Warten Sie, bis die App den nächsten zeigt.',
    throttled: (wait) => `Es gab zu viele Versuche. Warten Sie ${wait}, und versuchen Sie es dann noch einmal.`,
  },
  enrol: {
    title: 'Richten Sie einen zweiten Faktor ein',
    why: (application) =>
      `Um mit ${application} fortzufahren, braucht Ihr Benutzerkonto außer dem Passwort einen Code. Das richten Sie einmal ein.`,
    scan: 'Scannen Sie dieses Bild mit einer Authenticator-App:',
    picture: 'QR-Code für Ihre Authenticator-App',
    type: 'Oder tippen Sie diesen Schlüssel in die App:',
    confirm: 'Code, den die App dann zeigt',
    submit: 'Einrichten',
  },
  recovery: {
    title: 'Bewahren Sie Ihre Wiederherstellungscodes auf',
    explains:
      'Mit jedem dieser Codes melden Sie sich einmal an, wenn Sie Ihre Authenticator-App nicht haben. Schreiben Sie sie jetzt auf, oder drucken Sie sie: Sie werden nicht noch einmal gezeigt.',
    list: 'Wiederherstellungscodes',
    go: 'Ich habe sie aufbewahrt, weiter',
  },
};
