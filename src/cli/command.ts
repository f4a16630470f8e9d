/**
 * cli: Gatehouse from the command line of its host.
 *
 * Owns the commands, what they print and how they end. A person there is trusted as `host`; this is the only part that
 * prints a secret, and only when it has just been made.
 */
import { parseArgs } from 'node:util';
import { GatehouseError } from '../base/errors.js';
import { nearest } from '../base/nearest.js';
import { readConfig, type Environment } from '../config/config.js';
import { settingsPage } from '../config/settings-page.js';
import { withoutCredentials } from '../config/store-address.js';
import type { LookCommand } from './look.js';
import { HELP } from './help.js';
import { NotUnderstood } from './not-understood.js';
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

type Command = (env: Environment, io: Io, rest: readonly string[]) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = {
  async serve(env, _io, rest) {
    if (rest.length > 0) throw new NotUnderstood(['serve']);
    // Reading the house takes longer than any other command does altogether.
    const [{ serve }, { logStartRefused }] = await Promise.all([
      import('./serve.js'),
      import('./log-start-refused.js'),
    ]);
    await logStartRefused(env, () => serve(readConfig(env), env));
  },
  async bootstrap(env, { out }, rest) {
    if (rest.length > 0) throw new NotUnderstood(['bootstrap']);
    const { bootstrap } = await import('./bootstrap.js');
    await bootstrap(readConfig(env), env, out);
  },
  async store(env, { out }, [action, ...rest]) {
    if (action !== 'copy' && action !== 'backup') throw new NotUnderstood(['store copy', 'store backup']);
    const given = addressAmong(action, rest);
    const { addressOf, storeBackup, storeCopy } = await import('./store.js');
    const config = readConfig(env);
    const to = await addressOf(given, config, env);
    await (action === 'copy' ? storeCopy(to, config, out) : storeBackup(to, config, out));
  },
  async keys(env, { out }, rest) {
    const { keysCommand, readKeysCommand } = await import('./keys.js');
    await keysCommand(readKeysCommand(rest), readConfig(env), out);
  },
  async client(env, { out }, rest) {
    const { clientCommand, readClientCommand } = await import('./client.js');
    await clientCommand(readClientCommand(rest), readConfig(env), out);
  },
  async user(env, { out }, rest) {
    const { readUserCommand, userCommand } = await import('./user.js');
    await userCommand(readUserCommand(rest), readConfig(env), out);
  },
  assign: (env, { out }, rest) => assigning('assign', env, out, rest),
  unassign: (env, { out }, rest) => assigning('unassign', env, out, rest),
  edges: (env, { out }, rest) => assigning('edges', env, out, rest),
  role: (env, { out }, rest) => looking('role', env, out, rest),
  group: (env, { out }, rest) => looking('group', env, out, rest),
  segment: (env, { out }, rest) => looking('segment', env, out, rest),
  async decide(env, { out }, rest) {
    const { decideCommand, readDecideCommand } = await import('./decide.js');
    await decideCommand(readDecideCommand(rest), readConfig(env), out);
  },
  async 'dry-run'(env, { out }, [file, ...rest]) {
    if (file === undefined || rest.length > 0) {
      throw new NotUnderstood([], 'Name the realm file that is to be tried: gatehouse dry-run realm.yaml');
    }
    const { dryRunCommand } = await import('./dry-run.js');
    await dryRunCommand(file, readConfig(env), env, out);
  },
  async explain(env, { out }, rest) {
    const [what, jti, ...more] = rest;
    if (what === 'token' && jti !== undefined && more.length === 0) {
      const { explainTokenCommand } = await import('./explain-token.js');
      await explainTokenCommand(jti, readConfig(env), out);
      return;
    }
    const { explainCommand, readDecideCommand } = await import('./decide.js');
    await explainCommand(readDecideCommand(rest), readConfig(env), out);
  },
  async throttle(env, { out }, rest) {
    const { readThrottleCommand, throttleCommand } = await import('./throttle.js');
    await throttleCommand(readThrottleCommand(rest), readConfig(env), out);
  },
  async help(_env, { out }, [topic, ...rest]) {
    if (topic === undefined) {
      out.line(HELP);
      return;
    }
    if (topic !== 'settings' || rest.length > 0) throw new NotUnderstood(['help settings']);
    out.line(settingsPage().trimEnd());
  },
};

async function assigning(
  action: 'assign' | 'unassign' | 'edges',
  env: Environment,
  out: Output,
  rest: readonly string[],
): Promise<void> {
  const { assignCommand, readAssignCommand } = await import('./assign.js');
  await assignCommand(readAssignCommand(action, rest), readConfig(env), out);
}

async function looking(of: LookCommand['of'], env: Environment, out: Output, rest: readonly string[]): Promise<void> {
  const { lookCommand, readLookCommand } = await import('./look.js');
  await lookCommand(readLookCommand(of, rest), readConfig(env), out);
}

function addressAmong(action: string, args: readonly string[]): string {
  const needed = `That command needs the place to write to and nothing else: gatehouse store ${action} --to ADDRESS`;
  try {
    const { values } = parseArgs({ args: [...args], options: { to: { type: 'string', multiple: true } } });
    const [to, another] = values.to ?? [];
    if (to !== undefined && to !== '' && another === undefined) return to;
  } catch {
    // Said in words of ours: those of the library may repeat an address with its password.
  }
  throw new NotUnderstood([], needed);
}

/** Runs one command; never throws. What goes wrong is said on `err`, in a sentence that says what to do. */
export async function runCommand(argv: readonly string[], env: Environment, io: Io = terminal): Promise<ExitCode> {
  const [name = 'help', ...rest] = argv;
  try {
    const command = Object.hasOwn(COMMANDS, aliased(name)) ? COMMANDS[aliased(name)] : undefined;
    if (!command) throw new NotUnderstood(Object.keys(COMMANDS));
    await command(env, io, rest);
    return 0;
  } catch (error) {
    if (error instanceof NotUnderstood) return notUnderstood(io, argv.map(withoutCredentials).join(' '), error);
    io.err.line(sentenceOf(error, env));
    return 1;
  }
}

const aliased = (name: string): string => (name === '--help' || name === '-h' ? 'help' : name);

function notUnderstood({ err }: Io, written: string, { known, message }: NotUnderstood): ExitCode {
  const meant = nearest(written, known);
  const none = `There is no command \`gatehouse ${written}\`${meant ? `: did you mean \`gatehouse ${meant}\`?` : '.'}`;
  err.line(message || none);
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
