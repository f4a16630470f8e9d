import type { NamedThing } from '../../changes/change-problems.js';
import type { Reference } from '../../changes/removal/reference.js';
import type { Sentences } from '../sentences.js';

export const changeSentences = {
  'not-found': ({ thing }) => `There is no ${nameOf(thing)}.`,
  'changed-meanwhile': ({ thing }) =>
    thing.kind === 'settings'
      ? 'Someone else changed the settings meanwhile. Read them again.'
      : `Someone else changed ${nameOf(thing)} meanwhile. Read it again.`,
  'changed-again-and-again': ({ thing }) =>
    `This ${LABELS[thing.kind]} is being ${thing.kind === 'session' ? 'used' : 'changed'} again and again. Try once more.`,
  'key-taken': ({ thing, key }) => `The ${key} of ${nameOf(thing)} is in use already.`,
  'in-use': ({ thing, references, more }) => {
    const said = references.slice(0, SAID).map(referenceText);
    return `${capital(nameOf(thing))} is in use: ${said.join(', ')}${more || references.length > SAID ? ', and others' : ''}.`;
  },
  'assigned-again-and-again': () => 'What is to be removed is being assigned again and again. Try once more.',
  'referred-to-again-and-again': () => 'What refers to it is being changed again and again. Try once more.',
  overtaken: () => 'Somebody else changed at the same moment what this depends on. Try it again.',
} as const satisfies Partial<Sentences>;

/** So many references fit into a sentence. */
const SAID = 5;

const LABELS: Readonly<Record<NamedThing['kind'], string>> = {
  user: 'user',
  group: 'group',
  role: 'role',
  client: 'client',
  'resource-server': 'resource server',
  permission: 'permission',
  connector: 'connector',
  settings: 'settings',
  session: 'session',
  consent: 'consent',
  assignment: 'assignment',
  link: 'link',
};

const nameOf = ({ kind, name, of }: NamedThing): string =>
  of === undefined ? `${LABELS[kind]} ${name}` : `the ${LABELS[kind]} ${name} of ${of}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const referenceText = ({ kind, name, how }: Reference): string => `${LABELS[kind]} ${name} (${how})`;
