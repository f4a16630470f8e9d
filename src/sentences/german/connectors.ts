import type { FaultWords, Sentences } from '../sentences.js';

export const connectorSentences = {
  'connector-id-form': () =>
    'Der Name eines Connectors besteht aus 1 bis 40 Kleinbuchstaben, Ziffern und Bindestrichen und beginnt mit einem Buchstaben oder einer Ziffer.',
  'connector-id-reserved': ({ id }) => `${id} ist der Benutzerspeicher von Gatehouse selbst.`,
  'mail-domain-form': () => 'Das ist keine E-Mail-Domain, etwa example.com.',
  'settings-form': () => 'Einstellungen sind ein Objekt mit Feldern.',
  'settings-too-deep': ({ most }) => `Einstellungen haben höchstens ${most} Ebenen.`,
  'settings-too-many': ({ most }) => `An einer Stelle stehen höchstens ${most} Werte.`,
  'setting-form': ({ most }) =>
    `Eine Einstellung ist ein Text mit höchstens ${most} Zeichen, eine Zahl, true, false, eine Liste oder ein Objekt.`,
  'setting-name-form': () =>
    'Der Name einer Einstellung besteht aus 1 bis 60 Buchstaben und Ziffern und beginnt mit einem Buchstaben.',
  'connector-domain-taken': ({ domain, connector }) => `Die Domain ${domain} gehört schon zum Connector ${connector}.`,
  'connector-kind-unknown': ({ kind, known }) => `Die Connector-Art ${kind} gibt es nicht. ${possible(known)}`,
  'connector-setting-unused': ({ setting, kind }) =>
    setting === 'rules.maxAge'
      ? `Ein Connector der Art ${kind} hat keine Verwendung für ${setting}: Jede Anmeldung weist das Passwort neu nach.`
      : `Ein Connector der Art ${kind} hat keine Verwendung für ${setting}: Man meldet sich auf seinen eigenen Seiten an.`,
  'connector-kind-fixed': ({ connector, kind }) =>
    `Der Connector ${connector} bleibt von der Art ${kind}, denn seine Benutzer sind unter Kennungen dieses Protokolls bekannt. Legen Sie einen weiteren an.`,
  'connector-preset-unknown': ({ preset, kind, known }) =>
    `Für Connectoren der Art ${kind} gibt es die Vorgabe ${preset} nicht. ${possible(known)}`,
  'required-field-not-asked': ({ field }) => `Nach ${field} lassen sich Menschen nicht fragen.`,
  'write-back-no-profile': ({ field }) =>
    `${field} wird nicht zurückgeschrieben: Das gilt nur für Felder des Profils, denn andere bezeichnen jemanden oder entscheiden über Zugriff.`,
  'write-back-not-mapped': ({ field }) =>
    `Die Zuordnung hat keine Regel für ${field}, also gibt es nichts zurückzuschreiben.`,
  'write-back-not-plain': ({ field }) =>
    `${field} wird nicht zurückgeschrieben: Dazu gehört genau eine Regel { field: ${field}, from: CLAIM } ohne pattern, to und case.`,
  'write-back-shared': ({ field, claim, other }) =>
    `${field} wird nicht zurückgeschrieben: Auch die Regel für ${other} liest ${claim} und würde sich mit ändern.`,
  'write-back-verifies': ({ field }) =>
    `${field} wird nicht zurückgeschrieben, solange die Zuordnung es für bestätigt erklärt: Wer es ändert, würde das selbst erklären.`,
  'write-back-not-updated': ({ field }) =>
    `${field} wird nicht zurückgeschrieben: provisioning.update lässt das Verzeichnis es hier nicht ändern.`,
  'write-back-not-written': ({ field, claim }) =>
    `${field} wird nicht zurückgeschrieben: Dieser Connector schreibt ${claim} nicht. Er braucht ein Dienstkonto (bindDn) und schreibt keinen Wert, der jemanden bezeichnet oder über ein Konto entscheidet.`,
  'write-back-password': ({ most }) =>
    most === 'never'
      ? 'Dieser Connector setzt keine Passwörter: siehe subject.passwordChange.'
      : `Dieser Connector kann höchstens ${most}: Zum Zurücksetzen braucht er ein Dienstkonto (bindDn).`,
  'field-elsewhere': ({ field, connector }) => `${field} kommt von ${connector}. Ändern Sie es dort.`,
  'directory-not-written': ({ connector, fault }) => NOT_WRITTEN[fault](connector),
  'directory-password-not-set': ({ connector, fault }) => NOT_SET[fault](connector),
  'mapping-role-unknown': ({ role }) => `Die Zuordnung vergibt die Rolle ${role}, die es nicht gibt.`,
  'mapping-lists-own-permission': ({ kind, name, permission }) =>
    `${kind === 'role' ? 'Die Rolle' : 'Die Gruppe'} ${name} hat ${permission} bei Gatehouse selbst. Eine Zuordnung muss sie mit einer exact- oder dn-Regel nennen.`,
  'linking-trusts-addresses': () =>
    'Nur wer Administrator ist, darf einen Connector anlegen oder ändern, dessen E-Mail-Adressen vertraut wird: Er meldet die Inhaber bestehender Konten an.',
  'own-keys-none': ({ connector }) =>
    `Der Connector ${connector} hat keine eigenen Schlüssel: Seine Art braucht keine.`,
  'own-keys-step': ({ connector, step }) => ownKeysStep[step](connector),
  'mapping-gives-more': ({ access }) => `Die Zuordnung würde ${access} vergeben, was Sie selbst nicht haben.`,
} as const satisfies Partial<Sentences>;

const NOT_WRITTEN: FaultWords<'directory-not-written'> = {
  moved: (connector) =>
    `Es wurde nichts geändert: ${connector} hat inzwischen einen anderen Wert. Sehen Sie ihn an, und ändern Sie ihn noch einmal.`,
  'not-allowed': (connector) =>
    `Es wurde nichts geändert: ${connector} lässt diese Änderung nicht zu. Ändern Sie es dort.`,
  'value-refused': (connector) => `Es wurde nichts geändert: ${connector} nimmt diesen Wert nicht an.`,
  refused: (connector) => `Es wurde nichts geändert: ${connector} hat es abgelehnt. Das Protokoll nennt den Code.`,
  unanswered: (connector) =>
    `${connector} hat nicht geantwortet: Vielleicht sind die Werte dort schon geändert. Sehen Sie später noch einmal nach.`,
  'several-values': (connector) =>
    `Es wurde nichts geändert: ${connector} hat mehrere Werte für dieses Feld. Ändern Sie es dort.`,
  barred: (connector) =>
    `Es wurde nichts geändert: Das Konto bei ${connector} ist gesperrt, abgeschaltet oder entfernt.`,
  unavailable: (connector) =>
    `Es wurde nichts geändert: ${connector} war nicht zu erreichen. Versuchen Sie es später noch einmal.`,
  'not-read': (connector) => `Bei ${connector} ist es geändert. Hier erscheint es mit der nächsten Anmeldung.`,
};

const NOT_SET: FaultWords<'directory-password-not-set'> = {
  'too-short': (connector) => `Es wurde nichts geändert: ${connector} verlangt ein längeres Passwort.`,
  'too-long': (connector) => `Es wurde nichts geändert: ${connector} verlangt ein kürzeres Passwort.`,
  'too-simple': (connector) => `Es wurde nichts geändert: Dieses Passwort ist ${connector} zu leicht zu erraten.`,
  'against-rules': (connector) => `Es wurde nichts geändert: Das Passwort verstößt gegen die Regeln von ${connector}.`,
  'used-before': (connector) => `Es wurde nichts geändert: Dieses Passwort galt bei ${connector} schon einmal.`,
  'too-young': (connector) => `Es wurde nichts geändert: Das Passwort bei ${connector} wurde vor Kurzem geändert.`,
  'change-not-allowed': (connector) =>
    `Es wurde nichts geändert: ${connector} lässt sein Dienstkonto dieses Passwort nicht setzen.`,
  refused: (connector) =>
    `Es wurde nichts geändert: ${connector} hat das Passwort nicht angenommen. Das Protokoll nennt den Code.`,
  unanswered: (connector) =>
    `${connector} hat nicht geantwortet: Vielleicht gilt das neue Passwort schon. Setzen Sie es noch einmal.`,
  barred: (connector) => `Es wurde nichts geändert: Das Konto bei ${connector} gibt es nicht mehr.`,
  unavailable: (connector) =>
    `Es wurde nichts geändert: ${connector} war nicht zu erreichen. Versuchen Sie es später noch einmal.`,
};

const possible = (known: readonly string[]): string =>
  known.length > 0 ? `Möglich: ${known.join(', ')}.` : 'Keine ist möglich.';

/** Why a step of a roll-over has nothing to do. */
const ownKeysStep = {
  prepare: (connector: string) =>
    `Der Connector ${connector} hat schon einen nächsten Schlüssel. Aktivieren Sie ihn zuerst.`,
  activate: (connector: string) =>
    `Der Connector ${connector} hat keinen nächsten Schlüssel. Bereiten Sie zuerst einen vor.`,
  retire: (connector: string) => `Der Connector ${connector} hat keinen früheren Schlüssel.`,
};
