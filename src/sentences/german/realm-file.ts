import type { ProblemParams } from '../../base/problems/problem.js';
import type { ExposedFile } from '../../config/private-file.js';
import type { Sentences } from '../sentences.js';

export const realmFileSentences = {
  'file-syntax': ({ said }) => `Die Prüfung von YAML meldet „${said}“.`,
  'file-too-long': ({ most }) => `Die Datei ist länger als ${most} Zeichen.`,
  'file-too-deep': () => 'Die Datei ist zu tief verschachtelt.',
  'file-alias': ({ alias }) => `*${alias} ist ein Alias. Eine Realm-Datei enthält keine: Schreiben Sie es aus.`,
  'file-name-form': () => 'Der Name einer Realm-Datei hat höchstens 64 Buchstaben, Ziffern und . _ -',
  'unknown-field': ({ meant, known }) =>
    `Dieses Feld gibt es nicht. ${meant === undefined ? `Möglich: ${known.join(', ')}.` : `Meinten Sie ${meant}?`}`,
  'in-file-twice': ({ name }) => `${name} steht zweimal in der Datei.`,
  'identifier-in-file-twice': ({ name }) =>
    `${name} steht zweimal in der Datei, auch wenn Groß- und Kleinschreibung oder Breite verschieden sind.`,
  'secret-written': () =>
    'Ein Secret wird genannt und nie hier geschrieben: ${file:NAME} für die Datei NAME im Ordner secrets von GATEHOUSE_KEYS, ' +
    'oder ${NAME} für eine Umgebungsvariable (keine von GATEHOUSE_).',
  'rule-of-no-segment': () => 'Nur ein Segment hat eine Regel. In andere Gruppen werden Personen aufgenommen.',
  'segment-group-of-no-segment': () => 'Nur Segmente stehen in einer Gruppe von Segmenten.',
  'only-plain-groups-nest': () => 'Nur einfache Gruppen liegen in anderen.',
  'password-and-hash': () => 'Ein Benutzer hat ein Passwort oder einen Hash davon, nicht beides.',
  'client-needs-secret': ({ client }) =>
    `Eine Anwendung, die sich durch ein Secret authentifiziert, braucht eines, etwa \${file:${client}}.`,
  'authentication-without-secret': ({ authentication }) =>
    `Eine Anwendung, die sich durch ${authentication} authentifiziert, hat kein Secret.`,
  'secret-file-missing': ({ file, bootstrap = false }) =>
    `Die Datei ${file} gibt es nicht.${bootstrap ? ' `gatehouse bootstrap` legt sie an.' : ''}`,
  'secret-variable-unset': ({ variable }) => `Die Umgebungsvariable ${variable} ist nicht gesetzt.`,
  'secret-file': ({ file, fault }) => `${file} ${wrongFile(fault)}.`,
  'secret-not-made': () => 'Eine Prüfung legt nichts an.',
  'address-of-another': ({ email }) => `Jemand anderes hat die Adresse ${email}.`,
  'nobody-administrator': () =>
    'Danach hätte niemand mehr die Rolle administrator. Geben Sie sie zuerst jemand anderem.',
  'reference-unknown': ({ kind, name, of, meant }) =>
    `${KINDS[kind]} ${name}${of === undefined ? '' : ` von ${of}`} gibt es nicht.${meant === undefined ? '' : ` Meinten Sie ${meant}?`}`,
  'account-client-in-file': ({ id }) => `${id} ist eingebaut und bleibt, wie es ist. Wählen Sie eine andere Kennung.`,
  'user-id-fixed': ({ username, id }) => `${username} hat die Kennung ${id}, die sich nie ändert.`,
  'group-kind-fixed': ({ name, type }) =>
    `${name} ist ${GROUPS[type ?? 'plain']} und bleibt es. Legen Sie stattdessen eine andere Gruppe an.`,
  gone: () => 'Es ist nicht mehr da.',
  'changed-since-check': () => 'Es wurde geändert, seit die Datei geprüft wurde. Wenden Sie die Datei noch einmal an.',
} as const satisfies Partial<Sentences>;

const GROUPS = {
  plain: 'eine einfache Gruppe',
  segment: 'ein Segment',
  'customer-group': 'eine Kundengruppe',
} as const;
const KINDS: Readonly<Record<ProblemParams['reference-unknown']['kind'], string>> = {
  role: 'Die Rolle',
  group: 'Die Gruppe',
  'resource-server': 'Den Resource-Server',
  permission: 'Die Berechtigung',
};

function wrongFile(fault: ProblemParams['secret-file']['fault']): string {
  switch (fault.is) {
    case 'outside':
      return 'liegt außerhalb von GATEHOUSE_KEYS';
    case 'not-plain':
      return 'muss eine einfache Datei sein';
    case 'link':
      return 'muss eine einfache Datei sein, kein Link';
    case 'exposed':
      return `ist für andere lesbar (${exposedText(fault.exposed)}). Setzen Sie die Rechte auf 0600 oder 0400, oder auf 0440 für eine Gruppe dieses Prozesses`;
    case 'too-long':
      return `ist länger als ${fault.most} Bytes`;
    case 'empty':
      return 'ist leer';
    case 'unreadable':
      return `kann nicht gelesen werden (${fault.code})`;
  }
}

const exposedText = ({ mode, group }: ExposedFile): string => (group === undefined ? mode : `${mode}, Gruppe ${group}`);
