import type { MissingFact } from '../../access/limitations/limitation.js';
import type { Sentences } from '../sentences.js';

const UNKNOWN_FACTS: Readonly<Record<MissingFact, string>> = {
  address: 'aus welchem Netz die Anfrage kommt',
  authentication: 'wie sich die Person angemeldet hat',
  client: 'welche Anwendung benutzt wird',
  connector: 'über welchen Connector sich die Person angemeldet hat',
  country: 'aus welchem Land die Anfrage kommt',
  sessions: 'wie viele Sitzungen die Person hat',
  groups: 'in welchen Gruppen die Person ist',
  action: 'welche Eigenschaften die Aktion hat',
  resource: 'um welches Objekt es geht',
  attribute: 'welche Attribute die Person hat',
};

export const limitationSentences = {
  'limitation-unknown': ({ kind, meant, known }) =>
    `Die Einschränkung ${JSON.stringify(kind)} gibt es nicht.${meant === undefined ? '' : ` Meinten Sie ${meant}?`}` +
    (known.length === 0 ? '' : ` Möglich: ${known.join(', ')}.`),
  'limitation-without-value': ({ kind }) => `Die Einschränkung ${kind} hat keinen Wert.`,
  'limitation-of-group-by-group': () =>
    'Was in eine Gruppe führt, kann nicht durch Gruppen eingeschränkt sein: Das ergäbe einen Kreis.',
  'fact-unknown': ({ fact }) => `Es ist nicht bekannt, ${UNKNOWN_FACTS[fact]}.`,
  'client-limitation-form': () => 'Hier steht die client_id einer Anwendung.',
  'connector-form': () => 'Hier steht die Kennung eines Connectors, etwa corp; primary ist Gatehouse selbst.',
  'country-form': () => 'Ein Land sind zwei Großbuchstaben (ISO 3166-1) wie DE, oder unknown.',
  'group-limitation-form': () => 'Hier steht eine Gruppe.',
  'level-form': ({ levels }) =>
    `Eine Stufe ist ${levels.join(' oder ')}. Danach kann „within 300“ stehen: höchstens so viele Sekunden zuvor.`,
  'network-form': ({ value }) =>
    `${JSON.stringify(value)} ist weder eine Adresse noch ein Bereich wie 10.0.0.0/8 oder 2001:db8::/32.`,
  'owner-form': ({ self }) => `Der einzige Wert von owner ist ${self}: was der fragenden Person gehört.`,
  'pair-form': () => 'Hier stehen ein Name und ein Wert, verbunden durch „=“, etwa department=sales.',
  'sessions-form': () => 'Eine Zahl von Sitzungen liegt zwischen 1 und 9999.',
  'time-form': () =>
    'Eine Zeit besteht aus Daten, Wochentagen, Uhrzeiten und zuletzt einem Ort, etwa „2026-12-01/2026-12-24 Mon-Fri 09:00-17:00 ' +
    'Europe/Berlin“. Alles außer dem Ort kann fehlen.',
  'userstore-form': () => 'Hier steht ein Benutzerspeicher, etwa primary.',
} as const satisfies Partial<Sentences>;
