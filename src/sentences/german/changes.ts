import type { NamedThing } from '../../changes/change-problems.js';
import type { Reference } from '../../changes/removal/reference.js';
import type { Sentences } from '../sentences.js';

export const changeSentences = {
  'not-found': ({ thing }) => `${nameOf(thing)} gibt es nicht.`,
  'changed-meanwhile': ({ thing }) =>
    `${nameOf(thing)} wurde inzwischen von jemand anderem geändert. Lesen Sie den neuen Stand.`,
  'changed-again-and-again': ({ thing }) =>
    `${nameOf(thing)} wird gerade ständig geändert. Versuchen Sie es noch einmal.`,
  'key-taken': ({ thing, key }) => `${nameOf(thing)}: Der Wert von ${key} ist schon vergeben.`,
  'in-use': ({ thing, references, more }) => {
    const listed = references.slice(0, LISTED).map(referenceText);
    return `${nameOf(thing)} wird noch verwendet: ${listed.join(', ')}${more || references.length > LISTED ? ' und weitere' : ''}.`;
  },
  'assigned-again-and-again': () =>
    'Was entfernt werden soll, wird gerade ständig neu zugewiesen. Versuchen Sie es noch einmal.',
  'referred-to-again-and-again': () =>
    'Die Verweise darauf werden gerade ständig geändert. Versuchen Sie es noch einmal.',
  overtaken: () =>
    'Jemand anderes hat im selben Augenblick geändert, wovon diese Änderung abhängt. Versuchen Sie es noch einmal.',
} as const satisfies Partial<Sentences>;

/** So many references fit into a sentence. */
const LISTED = 5;

const LABELS: Readonly<Record<NamedThing['kind'], string>> = {
  user: 'Der Benutzer',
  group: 'Die Gruppe',
  role: 'Die Rolle',
  client: 'Die Anwendung',
  'resource-server': 'Der Resource-Server',
  permission: 'Die Berechtigung',
  connector: 'Der Connector',
  settings: 'Das Dokument',
  session: 'Die Sitzung',
  link: 'Die Verknüpfung',
  consent: 'Die Einwilligung',
  assignment: 'Die Zuweisung',
};

const nameOf = ({ kind, name, of }: NamedThing): string =>
  `${LABELS[kind]} ${name}${of === undefined ? '' : ` von ${of}`}`;

const KINDS: Readonly<Record<Reference['kind'], string>> = {
  user: 'Benutzer',
  group: 'Gruppe',
  role: 'Rolle',
  client: 'Anwendung',
  'resource-server': 'Resource-Server',
};

const HOW: Readonly<Record<Reference['how'], string>> = {
  assignment: 'Zuweisung',
  membership: 'Mitgliedschaft',
  limitation: 'Einschränkung',
  policy: 'Regel',
  includes: 'schließt ein',
  excludes: 'schließt aus',
  audience: 'gilt nur dort',
  'resource-servers': 'fordert Tokens an',
  introspects: 'prüft Tokens',
  claims: 'erhält Berechtigungen',
  connectors: 'bietet ihn an',
  mapped: 'hat Zugriff von dort',
  mirrored: 'spiegelt eine Gruppe von dort',
  linked: 'ist darüber verknüpft',
  userstore: 'meldet sich dort an',
};

const referenceText = ({ kind, name, how }: Reference): string => `${KINDS[kind]} ${name} (${HOW[how]})`;
