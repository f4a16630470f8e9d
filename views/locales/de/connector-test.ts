import type { Texts } from '../en.js';

export const connectorTest: Texts['connectorTest'] = {
  title: (connector) => `Test von ${connector}`,
  worked: 'Die Anmeldung dort hat funktioniert.',
  failed: 'Die Anmeldung dort ist fehlgeschlagen.',
  nobody: 'Hier wurde niemand angemeldet und nichts geändert.',
  would: 'Was eine Anmeldung täte',
  rules: 'Wer sich anmelden darf',
  steps: 'Schritte',
  step: {
    discovery: 'Discovery-Dokument',
    keys: 'Signaturschlüssel',
    answer: 'Antwort auf die Anfrage',
    tokens: 'Code und Token',
    userinfo: 'Userinfo',
    identity: 'Kennung, Claims und Gruppen',
    'sign-in': 'Anmeldung',
  },
  outcome: { ok: 'in Ordnung', failed: 'fehlgeschlagen', skipped: 'übersprungen', warning: 'Warnung' },
  told: 'Was der Anbieter mitgeteilt hat',
  subject: 'Kennung der Person',
  groups: 'Gruppen',
  noGroups: 'keine',
  groupsNotTold: 'nicht mitgeteilt',
  level: 'Stufe',
  levelNotTold: 'nicht mitgeteilt',
  signedInAt: 'Dort angemeldet',
  signedInNotTold: 'nicht mitgeteilt',
  mapping: 'Was die Zuordnung daraus macht',
  noRules: 'Die Zuordnung hat keine Regeln.',
  reported: 'Was eine Anmeldung im Protokoll hinterließe',
  again: 'Dieser Befehl erzeugt den Link für einen neuen Test:',
  refused: {
    title: 'Hier gibt es keinen Test',
    why: {
      unreadable:
        'Ein Test eines Connectors beginnt mit einem Link, den die Befehlszeile von Gatehouse erzeugt. Dies ist keiner.',
      expired: 'Dieser Link ist abgelaufen.',
      used: 'Dieser Link wurde schon verwendet. Jeder beginnt einen Test.',
      'not-begun':
        'Diese Antwort passt zu keinem Test, den dieser Browser begonnen hat, oder der Test hat zu lange gedauert, oder die Antwort kam schon einmal.',
      'not-opened':
        'Diesen Connector gibt es nicht, er ist mit seinen Einstellungen nicht verwendbar, oder er fragt hier nach Passwörtern.',
    },
    cure: 'Auf dem Host von Gatehouse bekommt die Administration einen neuen Link:',
  },
};
