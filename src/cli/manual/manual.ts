import { ACCESS_COMMANDS } from './access-commands.js';
import { AUDIT_COMMANDS } from './audit-commands.js';
import { CONNECTOR_COMMANDS } from './connector-commands.js';
import { type CommandHelp, optionsOf, usageOf } from './command-help.js';
import { HOST_COMMANDS } from './host-commands.js';
import { PEOPLE_COMMANDS } from './people-commands.js';
import { columns } from '../output/table.js';

const HELP_COMMANDS: readonly CommandHelp[] = [
  {
    name: 'help',
    takes: '[COMMAND]',
    summary: 'Show the commands, or everything about one: gatehouse help user create',
  },
  { name: 'help settings', summary: 'Show every setting with its default and an example' },
  { name: 'version', summary: 'Print the version' },
];

/** Every command, in display order. */
export const MANUAL: readonly CommandHelp[] = [
  ...HOST_COMMANDS,
  ...PEOPLE_COMMANDS,
  ...CONNECTOR_COMMANDS,
  ...ACCESS_COMMANDS,
  ...AUDIT_COMMANDS,
  ...HELP_COMMANDS,
];

/** The commands whose names begin with these words: one, a family (`user`), or none. */
export function commandsUnder(words: readonly string[]): readonly CommandHelp[] {
  const exact = MANUAL.filter(({ name }) => name === words.join(' '));
  const below = MANUAL.filter(({ name }) => name.startsWith(`${words.join(' ')} `));
  return [...exact, ...below];
}

/** The command at the beginning of these arguments: the longest match. */
export function commandOf(argv: readonly string[]): CommandHelp | undefined {
  const fits = MANUAL.filter(({ name }) => name.split(' ').every((word, at) => argv[at] === word));
  return fits.toSorted((a, b) => b.name.length - a.name.length)[0];
}

/** One line per command. */
export function overview(): string {
  const rows = MANUAL.map(({ name, summary }) => [`  ${name}`, summary]);
  return [
    'Usage: gatehouse COMMAND',
    '',
    ...columns(rows),
    '',
    '`gatehouse help COMMAND` or `gatehouse COMMAND --help` says what a command takes.',
    'Settings are environment variables named GATEHOUSE_...: see `gatehouse help settings`.',
  ].join('\n');
}

/** The full help of these commands. */
export const manualOf = (commands: readonly CommandHelp[]): string => commands.map(entry).join('\n\n');

function entry(command: CommandHelp): string {
  const options = Object.entries(optionsOf(command));
  return [
    usageOf(command),
    `  ${command.summary}.`,
    ...(command.about ?? []).map((line) => `  ${line}`),
    ...columns(options.map(([name, about]) => [`    ${name}`, about])),
  ].join('\n');
}
