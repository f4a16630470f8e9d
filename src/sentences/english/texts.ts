import type { TextName } from '../../base/text/text-problems.js';
import type { Sentences } from '../sentences.js';

const NAMES: Readonly<Record<TextName, string>> = {
  'attribute-name': 'The name of an attribute',
  'attribute-value': 'The value of an attribute',
  'claim-name': 'The name of a claim',
  'client-name': 'The name of a client',
  'connector-name': 'The name of a connector',
  contact: 'A contact',
  description: 'A description',
  'group-name': 'A group name',
  'instance-id': 'The id of an instance',
  'instance-type': 'The type of an instance',
  pattern: 'A pattern',
  'realm-name': 'The name of a realm',
  reason: 'A reason',
  'resource-server-name': 'The name of a resource server',
  'role-name': 'A role name',
  'segment-group': 'A group of segments',
  username: 'A username',
  value: 'A value',
};

export const textSentences = {
  'text-too-long': ({ text, most }) => `${NAMES[text]} has ${most} characters at most.`,
  'control-character': ({ text, character }) =>
    `${NAMES[text]} has the character ${character} in it, which nothing here may have.`,
  'blank-text': ({ text }) => `${NAMES[text]} has nothing in it that can be seen.`,
  'unseen-character': ({ text, character }) =>
    `${NAMES[text]} has the character ${character} in it, which nobody sees.`,
  'empty-text': ({ text }) => `${NAMES[text]} has nothing in it.`,
  'odd-space': ({ text }) =>
    `${NAMES[text]} has a space at its start or end, two in a row, or one that is not the usual space.`,
  'not-composed': ({ text }) => `${NAMES[text]} has a letter and its accent apart: write them as one character (NFC).`,
  'compatibility-letter': ({ text, character, plain }) =>
    `${NAMES[text]} has ${character} in it, which is another way to write ${plain}: write that.`,
  'mixed-alphabets': ({ text, alphabets: [one, other] }) =>
    `${NAMES[text]} mixes ${one} and ${other} letters in one word: some look the same.`,
  'attribute-name-form': () =>
    'The name of an attribute begins with a letter and has letters, digits and . _ - in it, 100 at most.',
  'prototype-name': ({ name }) =>
    `${JSON.stringify(name)} is a name that JavaScript objects use themselves; take another name.`,
  'half-character': () => 'It has half of a character in it (U+D800 to U+DFFF).',
} as const satisfies Partial<Sentences>;
