import type { CommandHelp } from './command-help.js';
import { JSON_OPTION } from './managed-commands.js';

/** Commands about connectors to directories and identity providers. */
export const CONNECTOR_COMMANDS: readonly CommandHelp[] = [
  {
    name: 'connector list',
    takes: '[--json]',
    summary: 'List the connectors to directories and identity providers in their order',
    options: JSON_OPTION,
  },
  {
    name: 'connector show',
    takes: 'CONNECTOR [--json]',
    summary: 'Show a connector; its secret is never shown',
    options: JSON_OPTION,
  },
  {
    name: 'connector health',
    takes: '[--json]',
    summary: 'Test every enabled connector, and show what ends soon',
    about: [
      'Shows the state, the last success and failure that any server of the realm saw, and warnings 30, 7 and 1 days before a certificate',
      'or secret (secretExpiresAt) ends. Ends with 1 if a connector fails.',
    ],
    options: JSON_OPTION,
  },
  {
    name: 'connector sync',
    changes: true,
    takes: 'CONNECTOR [--full] [--preview] [--approve=HASH] [--json]',
    summary: 'Bring the users of a connector up to date with its directory, now',
    about: [
      'A run that would take much away from many changes nothing and stops (setting `sync.limits`). --preview shows what a run would do;',
      'for 24 hours, --approve lets exactly that happen. The JSON has at most 2,000 people, those who lose something first.',
      'Ends with 1 if nothing could be read, 3 if the run stopped (or would), and 4 if something could not be read.',
    ],
    options: {
      '--full': 'Read everybody, and not only what changed since the last run',
      '--preview': 'Show what a run would change, and change nothing',
      '--approve': 'HASH of changes that were shown: make exactly these, whatever they take away',
      ...JSON_OPTION,
    },
  },
  {
    name: 'connector history',
    takes: 'CONNECTOR [--json]',
    summary: 'List the synchronizations of a connector, newest first',
    about: ['Runs of the schedule that end alike are one line. The last 200 are kept, for 400 days at most.'],
    options: JSON_OPTION,
  },
  {
    name: 'connector enable',
    changes: true,
    takes: 'CONNECTOR [--json]',
    summary: 'Let the users of a connector sign in',
    options: JSON_OPTION,
  },
  {
    name: 'connector disable',
    changes: true,
    takes: 'CONNECTOR [--json]',
    summary: 'Suspend a connector: nobody signs in through it until it is enabled',
    options: JSON_OPTION,
  },
  {
    name: 'connector remove',
    changes: true,
    takes: 'CONNECTOR [--cascade --yes] [--json]',
    summary: 'Remove a connector, unless it is in use',
    about: [
      'Clients that offer it, access that came from it, people who are linked by it, and users whose password is there refer to it.',
      'Ends with 1 and lists them if it is in use.',
    ],
    options: {
      '--cascade': 'Also take it from clients and end access; its users keep their account, and can no longer sign in',
      '--yes': 'Needed with --cascade; without it the command only says what would change',
      ...JSON_OPTION,
    },
  },
  {
    name: 'connector test',
    takes: 'CONNECTOR [USER|--sign-in] [--json]',
    summary: 'Try each step of a sign-in through a connector, and change nothing',
    about: [
      'With USER, the name of somebody there, it also looks up that user, as a sign-in would, without a password.',
      'Where people sign in on pages of the provider, --sign-in prints a link. Whoever opens it signs in there, and sees each step and',
      'what a sign-in would do. Nobody is signed in here. Ends with 1 if a step failed.',
    ],
    options: {
      '--sign-in': 'Make a link for a test in a browser; it lasts 10 minutes, and works once',
      ...JSON_OPTION,
    },
  },
  {
    name: 'connector keys',
    changes: true,
    takes: 'CONNECTOR [--prepare|--activate|--retire] [--json]',
    summary: 'Show the certificates of a connector to a SAML identity provider, and renew them',
    about: [
      'A roll-over has three steps. --prepare makes the next key pair and announces its certificate in the metadata. --activate signs with it, once the',
      'provider knows it; what was encrypted for the one before can still be opened. --retire forgets that one. Private keys are never shown.',
    ],
    options: {
      '--prepare': 'Make the next key pair, and announce it',
      '--activate': 'Sign with the next key pair from now on',
      '--retire': 'Forget the former key pair',
      ...JSON_OPTION,
    },
  },
  {
    name: 'connector link-users',
    changes: true,
    takes: 'CONNECTOR --file FILE [--apply] [--unchecked]',
    summary: 'Link many users to accounts of a connector, from a CSV file',
    about: [
      'The first line of FILE is `user,subject`: a name or id here, and the id there that never changes.',
      'Without --apply it only says what would become of each line. It goes on after a line that fails, and ends with 1 then.',
    ],
    options: {
      '--file': 'FILE in UTF-8',
      '--apply': 'Link; otherwise nothing is changed',
      '--unchecked': 'Do not ask the directory whether somebody has the subject',
    },
  },
  {
    name: 'connector explain',
    takes: 'CONNECTOR USER|--file FILE [--json]',
    summary: 'Show what a sign-in of somebody would do, step by step, and change nothing',
    about: [
      'Shows what the directory reports, each rule of the mapping, the user who would come out, and which fields, roles and groups change.',
      'With USER it reads that user, as a sign-in would, without a password. With --file it takes a report of a user as JSON:',
      '{"subject": "ID", "claims": {"uid": ["ada"]}, "groups": [{"name": "sales"}]}. Ends with 1 if the sign-in would be refused.',
    ],
    options: { '--file': 'A report of a user, as JSON, in place of a real one', ...JSON_OPTION },
  },
];
