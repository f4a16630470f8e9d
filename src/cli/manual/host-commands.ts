import type { CommandHelp } from './command-help.js';

const TO = {
  '--to': 'Where to write: an address as in GATEHOUSE_STORE, or ${NAME} or ${file:NAME} for what holds it',
};

/** Commands that start Gatehouse or manage its store and keys. */
export const HOST_COMMANDS: readonly CommandHelp[] = [
  {
    name: 'bootstrap',
    changes: true,
    takes: '[--yes]',
    summary: 'Prepare a first start: keys, administrator, realm file',
    about: [
      'Applies the file that GATEHOUSE_REALM_FILE names, and makes the secret files that it names and that do not exist.',
      'Prints what it changes, and each password it generates, once. Running it again changes nothing.',
    ],
    options: { '--yes': 'Apply the file even if many people lose access by it, or may not be recognized' },
  },
  {
    name: 'serve',
    summary: 'Start the server; Ctrl-C or SIGTERM stops it',
    about: ['Applies the file that GATEHOUSE_REALM_FILE names first. Generates no secret.'],
  },
  {
    name: 'check',
    takes: 'FILE',
    summary: 'Check a realm file without a store',
    about: [
      'Checks syntax, fields, values, references inside the file and contradictions, as for a new realm.',
      'Reads no store, no setting and no secret. Ends with 0 if the file is valid, with 1 if it is not.',
    ],
  },
  {
    name: 'apply',
    changes: true,
    takes: 'FILE [--dry-run] [--yes] [--json]',
    summary: 'Apply a realm file, or show what it would change',
    about: [
      'Checks the file against the store first. Prints what it changes, what it ignores, and what the store holds that the file does not name.',
      'Refuses without --yes if more than 20 people, or more than 10 % of all that hold something, would lose access,',
      'and if people are linked by a connector whose provider may know them by other ids after the change.',
    ],
    options: {
      '--dry-run': 'Change nothing; show the changes, and who would gain and lose what',
      '--yes': 'Apply the file even if many people lose access by it, or may not be recognized',
      '--json': 'Print one JSON object',
    },
  },
  {
    name: 'dry-run',
    takes: 'FILE [--json]',
    summary: 'Show what a realm file would change, as apply --dry-run does',
    options: { '--json': 'Print one JSON object' },
  },
  {
    name: 'store copy',
    takes: '--to ADDRESS',
    summary: 'Copy the store to another, new place',
    about: ['Stop every Gatehouse first. If the copy was interrupted, run it again.'],
    options: TO,
  },
  {
    name: 'store backup',
    takes: '--to ADDRESS',
    summary: 'Write a SQLite store to a new file while it serves',
    options: TO,
  },
  { name: 'keys list', summary: "List the realm's keys: use, state, dates" },
  {
    name: 'keys rotate',
    changes: true,
    takes: '[signing | cookies | csrf] [--now]',
    summary: 'Publish new keys, which sign once everybody can have them',
    about: [
      'Without a name: the signing keys. Keys also rotate by themselves, every 90 days unless settings say otherwise.',
    ],
    options: { '--now': 'Sign with them within seconds; applications that cache the old keys may refuse new tokens' },
  },
  {
    name: 'keys retire',
    changes: true,
    takes: 'KEY [--yes]',
    summary: 'End a key, and with it all that it signed',
    options: { '--yes': 'Do it; without it the command only says what would be lost' },
  },
  {
    name: 'keys reseal',
    takes: '[KEY | --again]',
    summary: 'Change the sealing key while servers run',
    about: [
      'Makes a key in GATEHOUSE_KEYS (or takes KEY, a file there) and seals everything in the store under it.',
      'If it was interrupted, run it again.',
    ],
    options: { '--again': 'Change no key; only seal what is still sealed under another one' },
  },
  {
    name: 'throttle show',
    takes: 'ADDRESS',
    summary: 'Show the failed sign-ins of a network address and its delay',
  },
  {
    name: 'throttle lift',
    takes: 'ADDRESS',
    summary: 'Forget the failed sign-ins of a network address',
    changes: true,
  },
];
