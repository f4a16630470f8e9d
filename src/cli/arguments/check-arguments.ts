import { nearest } from '../../base/text/nearest-word.js';
import { commandOf, commandsUnder, MANUAL } from '../manual/manual.js';
import { type CommandHelp, optionsOf } from '../manual/command-help.js';
import { NotUnderstood } from './usage-error.js';

/**
 * The requested command, if its words and options are known. Other arguments are never repeated: they may be passwords.
 *
 * @throws NotUnderstood with one line that names the nearest command or option
 */
export function checkArguments(argv: readonly string[]): CommandHelp {
  const command = commandOf(argv);
  if (!command) throw unknownCommand(argv);
  for (const option of longOptions(argv.slice(command.name.split(' ').length))) {
    if (option in optionsOf(command)) continue;
    throw unknownOption(command, option);
  }
  return command;
}

/** Option names before `--`, which ends the options. */
function longOptions(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? undefined : end).flatMap((arg) => /^--[a-z][a-z-]*(?==|$)/.exec(arg)?.[0] ?? []);
}

function unknownCommand(argv: readonly string[]): NotUnderstood {
  const family = familyOf(argv);
  const below = commandsUnder(family);
  const word = argv[family.length];
  const typed = ['gatehouse', ...family].join(' ');
  if (word === undefined || word.startsWith('-')) {
    const words = below.map(({ name }) => name.split(' ')[family.length] ?? '');
    return new NotUnderstood(`\`${typed}\` needs one of: ${[...new Set(words)].join(', ')}.`, family);
  }
  const known = (family.length === 0 ? MANUAL : below).map(({ name }) => name);
  const meant =
    nearest([...family, word].join(' '), known) ??
    nearest([...family, ...argv.slice(family.length, family.length + 2)].join(' '), known) ??
    nearest(
      [...family, word].join(' '),
      new Set(
        known.map((name) =>
          name
            .split(' ')
            .slice(0, family.length + 1)
            .join(' '),
        ),
      ),
    );
  return new NotUnderstood(
    `There is no command \`${typed} ${printable(word)}\`${meant === undefined ? '.' : `: did you mean \`gatehouse ${meant}\`?`}`,
    family,
  );
}

/** The longest prefix of the words that begins some command: `client secret` of `client secret ad`. */
function familyOf(argv: readonly string[]): string[] {
  const family: string[] = [];
  for (const word of argv) {
    if (commandsUnder([...family, word]).length === 0) break;
    family.push(word);
  }
  return family;
}

function unknownOption(command: CommandHelp, option: string): NotUnderstood {
  const known = Object.keys(optionsOf(command));
  const meant = nearest(option, known);
  const accepted = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
  return new NotUnderstood(
    `\`gatehouse ${command.name}\` has no option ${option}: ${meant === undefined ? `${accepted}.` : `did you mean ${meant}?`}`,
    command.name.split(' '),
  );
}

/** A word that is safe to repeat: one line, short, without terminal control characters. */
const printable = (word: string): string => word.replace(/[^\p{L}\p{N}\p{P}\p{S}]/gu, '?').slice(0, 40);
