import type { Sentences } from '../sentences.js';

export const groupSentences = {
  'group-type-fixed': ({ name }) => `${name} keeps its type: make another group instead.`,
  'group-unknown': ({ id }) => `There is no group ${id}.`,
  'too-many-groups-above': ({ most }) => `That would be below more than ${most} groups.`,
  'group-circle': ({ names }) => `The groups would go round in a circle: ${names.join(' > ')}.`,
  'group-in-customer-group': () => 'People are in customer groups, and groups are not.',
  'group-not-plain': ({ name }) => `${name} lies within no other group: only plain groups do.`,
  'group-is-mirrored': ({ name, connector }) =>
    `The connector ${connector} mirrors ${name} from its directory, which decides its name and members. Assign roles to it, or create another group.`,
  'segment-without-rule': () => 'A segment has a rule that says whom it holds.',
  'rule-without-segment': () => 'Only a segment has a rule and a group of segments.',
} as const satisfies Partial<Sentences>;
