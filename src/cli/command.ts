/**
 * cli: Gatehouse from the command line of its host.
 *
 * Owns the commands, what they print and how they end. A person there is trusted as `host`; this is the only part that
 * prints a secret, and only when it has just been made.
 */
import { GatehouseError } from '../base/errors.js';
import { nearest } from '../base/nearest.js';
import { readConfig, type Environment } from '../config/config.js';
import { settingsPage } from '../config/settings-page.js';
import { HELP } from './help.js';
import type { Output } from './output.js';

/** How a command ends: 0 well, 1 refused or failed, 2 not understood. */
export type ExitCode = 0 | 1 | 2;

interface Io {
  readonly out: Output;
  readonly err: Output;
}

const terminal: Io = {
  out: { line: (text) => process.stdout.write(`${text}\n`) },
  err: { line: (text) => process.stderr.write(`${text}\n`) },
};

type Command = (env: Environment, io: Io, rest: readonly string[]) => Promise<ExitCode>;

const COMMANDS: Readonly<Record<string, Command>> = {
  async serve(env) {
    // Reading the house takes longer than any other command does altogether.
    const { serve } = await import('./serve.js');
    await serve(readConfig(env), env);
    return 0;
  },
  async bootstrap(env, { out }) {
    const { bootstrap } = await import('./bootstrap.js');
    await bootstrap(readConfig(env), env, out);
    return 0;
  },
  async help(_env, io, [topic, ...rest]) {
    if (topic === undefined) {
      io.out.line(HELP);
      return 0;
    }
    if (topic !== 'settings' || rest.length > 0) return notUnderstood(io, `help ${topic}`, ['help settings']);
    io.out.line(settingsPage().trimEnd());
    return 0;
  },
};

/** Runs one command; never throws. What goes wrong is said on `err`, in a sentence that says what to do. */
export async function runCommand(argv: readonly string[], env: Environment, io: Io = terminal): Promise<ExitCode> {
  const [name = 'help', ...rest] = argv;
  const command = Object.hasOwn(COMMANDS, aliased(name)) ? COMMANDS[aliased(name)] : undefined;
  if (!command || (rest.length > 0 && aliased(name) !== 'help')) {
    return notUnderstood(io, argv.join(' '), Object.keys(COMMANDS));
  }
  try {
    return await command(env, io, rest);
  } catch (error) {
    io.err.line(sentenceOf(error, env));
    return 1;
  }
}

const aliased = (name: string): string => (name === '--help' || name === '-h' ? 'help' : name);

function notUnderstood({ err }: Io, written: string, known: readonly string[]): ExitCode {
  const meant = nearest(written, known);
  err.line(`There is no command \`gatehouse ${written}\`${meant ? `: did you mean \`gatehouse ${meant}\`?` : '.'}`);
  err.line('');
  err.line(HELP);
  return 2;
}

function sentenceOf(error: unknown, env: Environment): string {
  if (error instanceof GatehouseError) return error.message;
  const verbose = ['debug', 'trace'].includes(env['GATEHOUSE_LOG_LEVEL'] ?? '');
  if (error instanceof Error) {
    return `Gatehouse stopped on an error of its own: ${(verbose && error.stack) || error.message}`;
  }
  return 'Gatehouse stopped on an error of its own.';
}
