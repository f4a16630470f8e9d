import type { MissingFact } from '../../access/limitations/limitation.js';
import type { Sentences } from '../sentences.js';

/** As the end of a sentence: `it is not known from which country they come`. */
export const UNKNOWN_FACTS: Readonly<Record<MissingFact, string>> = {
  address: 'from which network they come',
  authentication: 'how they signed in',
  client: 'which application is used',
  connector: 'by which connector they signed in',
  country: 'from which country they come',
  sessions: 'how many sessions they have',
  groups: 'which groups they are in',
  action: 'what the action is like',
  resource: 'which thing it is about',
  attribute: 'what the organisation says of them',
};

export const limitationSentences = {
  'limitation-unknown': ({ kind, meant, known }) =>
    `There is no limitation ${JSON.stringify(kind)}${meant === undefined ? '.' : `; did you mean ${meant}?`}` +
    (known.length === 0 ? '' : ` Known: ${known.join(', ')}.`),
  'limitation-without-value': ({ kind }) => `The limitation ${kind} has no value.`,
  'limitation-of-group-by-group': () => 'What leads into a group can not be limited by groups: it would go round.',
  'fact-unknown': ({ fact }) => `It is not known ${UNKNOWN_FACTS[fact]}.`,
  'client-limitation-form': () => 'A client is named by its client_id.',
  'connector-form': () => 'A connector is named by its id here, as corp; primary is Gatehouse itself.',
  'country-form': () => 'A country is two capital letters (ISO 3166-1), as DE, or unknown.',
  'group-limitation-form': () => 'A group is named here.',
  'level-form': ({ levels }) =>
    `A level is ${levels.join(' or ')}, and may go on with "within 300": so many seconds ago at most.`,
  'network-form': ({ value }) =>
    `${JSON.stringify(value)} is neither an address nor a range such as 10.0.0.0/8 or 2001:db8::/32.`,
  'owner-form': ({ self }) => `The one value of owner is ${self}: what belongs to whoever asks.`,
  'pair-form': () => 'This is a name and a value, joined by "=", as department=sales.',
  'sessions-form': () => 'A number of sessions is 1 to 9999.',
  'time-form': () =>
    'A time is dates, weekdays, hours and, last, a place, as "2026-12-01/2026-12-24 Mon-Fri 09:00-17:00 Europe/Berlin"; any but the place ' +
    'may be left out.',
  'userstore-form': () => 'A userstore is named here, as primary.',
} as const satisfies Partial<Sentences>;
