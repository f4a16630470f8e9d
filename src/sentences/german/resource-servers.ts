import type { Sentences } from '../sentences.js';

export const resourceServerSentences = {
  'permission-form': () =>
    'Eine Berechtigung besteht aus Teilen aus Buchstaben, Ziffern und . _ -, verbunden durch „:“, etwa orders:lines:write.',
  'permission-pattern-form': () =>
    'Eine Berechtigung ist * oder besteht aus Teilen aus Buchstaben, Ziffern und . _ -, verbunden durch „:“. Ein Knoten umfasst, was unter ihm ' +
    'liegt, etwa orders für orders:read, und * steht für jeden Teil.',
  'audience-form': () =>
    'Ein Resource-Server heißt wie eine absolute URI, in ASCII, ohne Fragment und Leerzeichen (RFC 8707 2, RFC 3986).',
  'declared-twice': ({ name }) => `${name} ist zweimal angegeben.`,
  'permission-is-scope': ({ name }) =>
    `${name} ist hier ein Scope von OpenID Connect. Nennen Sie, was getan werden darf, etwa ${name}:read.`,
  'implied-undeclared': ({ permission, implied }) => `${permission} umfasst ${implied}, was nicht angegeben ist.`,
  'pattern-matches-nothing': ({ pattern }) => `Zu ${pattern} passt keine angegebene Berechtigung.`,
  'implication-circle': ({ names }) => `Diese Berechtigungen umfassen einander im Kreis: ${names.join(' -> ')}.`,
  'resource-server-built-in': ({ identifier }) => `Der Resource-Server ${identifier} gehört zu jedem Realm.`,
} as const satisfies Partial<Sentences>;
