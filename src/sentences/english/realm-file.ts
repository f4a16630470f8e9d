import { bePrivate } from '../../config/private-file.js';
import type { ProblemParams } from '../../base/problems/problem.js';
import type { Sentences } from '../sentences.js';

export const realmFileSentences = {
  'file-syntax': ({ said }) => said,
  'file-too-long': ({ most }) => `is longer than ${most} characters.`,
  'file-too-deep': () => 'is nested too deeply.',
  'file-alias': ({ alias }) => `*${alias} is an alias; a realm file has none: write it out.`,
  'file-name-form': () => 'The name of a realm file has letters, digits and . _ - in it, 64 at most.',
  'unknown-field': ({ meant, known }) =>
    `There is no such field; ${meant === undefined ? `known here: ${known.join(', ')}.` : `did you mean ${meant}?`}`,
  'in-file-twice': ({ name }) => `${name} is in the file twice.`,
  'identifier-in-file-twice': ({ name }) => `${name} is in the file twice, whatever its case and width.`,
  'secret-written': () =>
    'A secret is named, never written here: ${file:NAME} for the file NAME in the folder secrets of GATEHOUSE_KEYS, ' +
    'or ${NAME} for an environment variable (not one of GATEHOUSE_).',
  'rule-of-no-segment': () => 'Only a segment has a rule; people are put into other groups.',
  'segment-group-of-no-segment': () => 'Only segments stand in a group of segments.',
  'only-plain-groups-nest': () => 'Only plain groups lie within others.',
  'password-and-hash': () => 'A user has a password or a hash of one, not both.',
  'client-needs-secret': ({ client }) => `A client that authenticates by a secret needs one, as \${file:${client}}.`,
  'authentication-without-secret': ({ authentication }) =>
    `A client that authenticates by ${authentication} has no secret.`,
  'secret-file-missing': ({ file, bootstrap = false }) =>
    `There is no file ${file}.${bootstrap ? ' `gatehouse bootstrap` makes it.' : ''}`,
  'secret-variable-unset': ({ variable }) => `The environment variable ${variable} is not set.`,
  'secret-file': ({ file, fault }) => `${file} ${wrongFile(fault)}.`,
  'secret-not-made': () => 'Nothing is made by a check.',
  'address-of-another': ({ email }) => `Someone else has the address ${email}.`,
  'nobody-administrator': () =>
    'Nobody would be an administrator any more. Give somebody else the role administrator first.',
  'reference-unknown': (reference) => {
    const { name, meant } = reference;
    return `There is no ${kindOf(reference)} ${name}${meant === undefined ? '.' : `; did you mean ${meant}?`}`;
  },
  'account-client-in-file': ({ id }) => `${id} is built in, and stays as it is. Take another id.`,
  'user-id-fixed': ({ username, id }) => `${username} has the id ${id}, which never changes.`,
  'group-kind-fixed': ({ name, type }) =>
    `${name} is ${GROUPS[type ?? 'plain']}, and stays that: make another group instead.`,
  gone: () => 'it is gone.',
  'changed-since-check': () => 'it was changed since the file was checked; apply the file again.',
} as const satisfies Partial<Sentences>;

const GROUPS = { plain: 'a plain group', segment: 'a segment', 'customer-group': 'a customer group' } as const;

function kindOf({ kind, of }: ProblemParams['reference-unknown']): string {
  if (kind === 'permission') return `permission of ${of ?? ''} called`;
  return kind === 'resource-server' ? 'resource server' : kind;
}

function wrongFile(fault: ProblemParams['secret-file']['fault']): string {
  switch (fault.is) {
    case 'outside':
      return 'lies outside of GATEHOUSE_KEYS';
    case 'not-plain':
      return 'must be a plain file';
    case 'link':
      return 'must be a plain file, not a link';
    case 'exposed':
      return `must ${bePrivate(fault.exposed)}`;
    case 'too-long':
      return `is longer than ${fault.most} bytes`;
    case 'empty':
      return 'is empty';
    case 'unreadable':
      return `can't be read (${fault.code})`;
  }
}
