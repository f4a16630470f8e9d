import type { Sentences } from '../sentences.js';

export const resourceServerSentences = {
  'permission-form': () => 'A permission is parts of letters, digits and . _ - joined by ":", as orders:lines:write.',
  'permission-pattern-form': () =>
    'A permission is * or parts of letters, digits and . _ - joined by ":"; a node covers what is below it, as orders for orders:read, and * stands for any part.',
  'audience-form': () =>
    'A resource server is named by an absolute URI, in ASCII, without fragment and spaces (RFC 8707 2, RFC 3986).',
  'declared-twice': ({ name }) => `${name} is declared twice.`,
  'permission-is-scope': ({ name }) =>
    `${name} is a scope of OpenID Connect here. Name what may be done, as ${name}:read.`,
  'implied-undeclared': ({ permission, implied }) => `${permission} implies ${implied}, which is not declared.`,
  'pattern-matches-nothing': ({ pattern }) => `${pattern} matches no declared permission.`,
  'implication-circle': ({ names }) => `These imply one another in a circle: ${names.join(' -> ')}.`,
  'resource-server-built-in': ({ identifier }) => `The resource server ${identifier} is in every realm.`,
} as const satisfies Partial<Sentences>;
