import type { Sentences } from '../sentences.js';

export const decisionSentences = {
  'decision-name-form': () => 'It has a character in it that no name has, or nothing that is seen.',
  'event-subject-form': () => 'It has a character in it that no id has.',
  'event-name-form': () => 'An event is named by 1 to 40 of a to z, 0 to 9 and -.',
  'event-moment-form': () => 'A moment is RFC 3339 with its zone: 2027-01-31T18:00:00Z.',
  'event-ahead': ({ at }) => `${at} has not come yet.`,
  'event-too-old': ({ at, days }) => `${at} is more than ${days} days ago.`,
  'idempotency-key-form': () => 'It has 1 to 100 characters, letters, digits and signs, and no blanks.',
  'audience-unnamed': ({ audiences }) => `Name the resource server that you ask as: ${audiences.join(' or ')}.`,
} as const satisfies Partial<Sentences>;
