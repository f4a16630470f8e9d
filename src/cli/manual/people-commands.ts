import type { CommandHelp } from './command-help.js';
import { FIELD_OPTIONS, JSON_OPTION, managed } from './managed-commands.js';

const PASSWORD = {
  '--password-stdin': 'Read the password from the first line of the input; otherwise one is generated and printed once',
  '--permanent': 'The user need not choose another password at the next sign-in',
};
const DAYS = (what: string) => ({ '--days': `N: ${what}` });

/**
 * Commands about users and clients. NAME is a username or a verified e-mail address; `CONNECTOR/NAME` is a user whose password is
 * there.
 */
export const PEOPLE_COMMANDS: readonly CommandHelp[] = [
  { name: 'client list', takes: '[--json]', summary: 'List the clients', options: JSON_OPTION },
  {
    name: 'client show',
    takes: 'CLIENT [--json]',
    summary: 'Show a client as a realm file would write it',
    options: JSON_OPTION,
  },
  ...managed(
    'client',
    'CLIENT',
    'a client',
    'Assignments and policies that are limited to it, and roles that count in it alone',
  ),
  { name: 'client secret list', takes: 'CLIENT', summary: "List a client's secrets: ids and dates, not the secrets" },
  {
    name: 'client secret add',
    changes: true,
    takes: 'CLIENT [--days N]',
    summary: 'Generate one more secret and print it once; the others stay valid',
    options: DAYS('the secret is valid for so many days; without it, until it is removed'),
  },
  {
    name: 'client secret remove',
    changes: true,
    takes: 'CLIENT SECRET [--days N]',
    summary: 'Remove a secret by its id',
    options: DAYS('remove it after so many days; without it, now'),
  },
  {
    name: 'user create',
    changes: true,
    takes: 'NAME [OPTIONS]',
    summary: 'Create a user',
    options: {
      '--email': 'ADDRESS',
      '--email-verified': 'The address is theirs, and they may sign in with it',
      '--name': 'Full name',
      '--id': 'The id (`sub`) where other systems know it already; without it, a random one. No id is used twice',
      '--role': 'A role; may be repeated',
      '--group': 'A group; may be repeated',
      ...PASSWORD,
    },
  },
  {
    name: 'user set-password',
    changes: true,
    takes: 'NAME [OPTIONS]',
    summary: 'Set a new password and sign the user out everywhere',
    options: PASSWORD,
  },
  {
    name: 'user set-email',
    changes: true,
    takes: 'NAME ADDRESS [--verified]',
    summary: "Set a user's e-mail address in place of the one before",
    options: { '--verified': 'The address is theirs, and they may sign in with it' },
  },
  { name: 'user remove-email', takes: 'NAME', summary: "Remove a user's e-mail address", changes: true },
  { name: 'user require-change', takes: 'NAME', summary: 'Require a new password at the next sign-in', changes: true },
  {
    name: 'user disable',
    takes: 'NAME [--until TIME]',
    summary: 'Disable a user and end all of their sessions and tokens',
    options: { '--until': 'TIME at which they can sign in again; without it, once somebody enables them' },
    changes: true,
  },
  {
    name: 'user enable',
    takes: 'NAME [--all]',
    summary: 'Let a disabled user sign in again',
    about: ['Lifts what an administrator blocked. What a directory blocks is lifted there.'],
    options: { '--all': 'Lift every block, whatever its cause' },
    changes: true,
  },
  { name: 'user sign-out', takes: 'NAME', summary: 'Sign a user out everywhere', changes: true },
  { name: 'user unlock', takes: 'NAME', summary: 'Forget the failed sign-ins of a user', changes: true },
  {
    name: 'user reset-second-factor',
    changes: true,
    takes: 'NAME',
    summary: "Remove a user's second factor and sign them out everywhere",
  },
  {
    name: 'user show',
    takes: 'NAME',
    summary: 'Show a user: profile, access, and why a sign-in may be refused',
  },
  {
    name: 'user links',
    takes: 'NAME [--json]',
    summary: "List a user's links to accounts of connectors",
    options: JSON_OPTION,
  },
  {
    name: 'user link',
    changes: true,
    takes: 'NAME --connector CONNECTOR --subject SUBJECT [--unchecked]',
    summary: 'Link a user to an account of a connector, so that it signs them in',
    about: [
      'SUBJECT is the id of the account there that never changes, such as its entryUUID.',
      'The directory is asked first whether somebody has it.',
    ],
    options: {
      '--connector': 'CONNECTOR by its id',
      '--subject': 'SUBJECT',
      '--unchecked': 'Link without asking the directory',
    },
  },
  {
    name: 'user unlink',
    changes: true,
    takes: 'NAME --connector CONNECTOR [--subject SUBJECT]',
    summary: 'Remove a link of a user, with the access that its connector gave',
    about: ['The only way in of a user stays.'],
    options: {
      '--connector': 'CONNECTOR by its id',
      '--subject': 'SUBJECT of the link; needed if the user has several links to the connector',
    },
  },
  {
    name: 'user move',
    changes: true,
    takes: 'NAME --to USERSTORE [OPTIONS]',
    summary: 'Move a user to another userstore: primary, or a directory by the id of its connector',
    about: [
      'The id (`sub`), links and access stay. All sessions end. The names must be free there.',
      'In a directory the user needs a link, and loses the password. In primary the user gets a new one.',
    ],
    options: {
      '--to': 'USERSTORE: primary, or CONNECTOR',
      '--subject': 'SUBJECT: the account in the directory; needed without a link to it',
      '--unchecked': 'Link without asking the directory',
      ...PASSWORD,
    },
  },
  { name: 'user list', takes: '[--json]', summary: 'List all users', options: JSON_OPTION },
  {
    name: 'user search',
    takes: 'TEXT [--json]',
    summary: 'Find users by the beginning of a name, or by an e-mail address',
    options: JSON_OPTION,
  },
  {
    name: 'user edit',
    changes: true,
    takes: 'NAME [OPTIONS]',
    summary: 'Change names, e-mail address, profile, attributes or state of a user',
    options: {
      '--username': 'A new username',
      '--email': 'ADDRESS in place of the one before',
      '--email-verified': 'The address is theirs, and they may sign in with it',
      '--name': 'Full name',
      ...FIELD_OPTIONS,
      ...JSON_OPTION,
    },
  },
  {
    name: 'user delete',
    changes: true,
    takes: 'NAME --yes [--json]',
    summary: 'Delete a user, and end all of their sessions and tokens',
    about: ['The id is never used again; the username is free. Audit records stay.'],
    options: { '--yes': 'Do it; without it the command only says what would be deleted', ...JSON_OPTION },
  },
  {
    name: 'user erase',
    changes: true,
    takes: 'NAME|ID --yes',
    summary: 'Erase a person: the user, and everything personal in the audit trail and history',
    about: [
      'A user who was deleted is erased by id. Records stay, and the audit trail still verifies.',
      'If it is interrupted, run it again by id; otherwise a server completes it.',
    ],
    options: { '--yes': 'Do it; without it the command only says what would be erased' },
  },
];
