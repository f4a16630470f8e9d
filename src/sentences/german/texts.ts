import type { Alphabet, TextName } from '../../base/text/text-problems.js';
import type { Sentences } from '../sentences.js';

const NAMES: Readonly<Record<TextName, string>> = {
  'attribute-name': 'Der Name eines Attributs',
  'attribute-value': 'Der Wert eines Attributs',
  'claim-name': 'Der Name eines Claims',
  'client-name': 'Der Name einer Anwendung',
  'connector-name': 'Der Name eines Connectors',
  contact: 'Ein Kontakt',
  description: 'Eine Beschreibung',
  'group-name': 'Der Name einer Gruppe',
  'instance-id': 'Die Kennung einer Instanz',
  'instance-type': 'Der Typ einer Instanz',
  pattern: 'Ein Muster',
  'realm-name': 'Der Name eines Realms',
  reason: 'Eine Begründung',
  'resource-server-name': 'Der Name eines Resource-Servers',
  'role-name': 'Der Name einer Rolle',
  'segment-group': 'Der Name einer Gruppe von Segmenten',
  username: 'Ein Benutzername',
  value: 'Ein Wert',
};

const ALPHABETS: Readonly<Record<Alphabet, string>> = {
  Latin: 'lateinische',
  Greek: 'griechische',
  Cyrillic: 'kyrillische',
  Armenian: 'armenische',
  Cherokee: 'Cherokee-',
  Coptic: 'koptische',
};

export const textSentences = {
  'text-too-long': ({ text, most }) => `${NAMES[text]} hat höchstens ${most} Zeichen.`,
  'control-character': ({ text, character }) => `${NAMES[text]} darf das Zeichen ${character} nicht enthalten.`,
  'blank-text': ({ text }) => `${NAMES[text]} muss sichtbare Zeichen enthalten.`,
  'unseen-character': ({ text, character }) =>
    `${NAMES[text]} darf das unsichtbare Zeichen ${character} nicht enthalten.`,
  'empty-text': ({ text }) => `${NAMES[text]} darf nicht leer sein.`,
  'odd-space': ({ text }) =>
    `${NAMES[text]} darf nur einzelne, gewöhnliche Leerzeichen enthalten, und keines am Anfang oder Ende.`,
  'not-composed': ({ text }) =>
    `${NAMES[text]} enthält einen Buchstaben und seinen Akzent getrennt. Schreiben Sie beides als ein Zeichen (NFC).`,
  'compatibility-letter': ({ text, character, plain }) =>
    `${NAMES[text]} enthält ${character}, eine andere Schreibweise von ${plain}. Schreiben Sie ${plain}.`,
  'mixed-alphabets': ({ text, alphabets: [one, other] }) =>
    `${NAMES[text]} mischt ${ALPHABETS[one]} und ${ALPHABETS[other]} Buchstaben in einem Wort. Manche davon sehen gleich aus.`,
  'attribute-name-form': () =>
    'Der Name eines Attributs beginnt mit einem Buchstaben und besteht aus höchstens 100 Buchstaben, Ziffern und . _ -',
  'prototype-name': ({ name }) =>
    `${JSON.stringify(name)} verwenden JavaScript-Objekte selbst. Wählen Sie einen anderen Namen.`,
  'half-character': () => 'Der Text enthält ein halbes Zeichen (U+D800 bis U+DFFF).',
} as const satisfies Partial<Sentences>;
