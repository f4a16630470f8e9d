import cluster from 'node:cluster';
import { parseArgs } from 'node:util';
import { GatehouseError } from '../base/errors.js';
import { version } from '../base/version.js';
import type { Actor } from '../changes/actor.js';
import { readConfig, type Environment } from '../config/config.js';
import { settingsPage } from '../config/settings-page.js';
import { checkArguments } from './arguments/check-arguments.js';
import { commandOf, commandsUnder, manualOf, overview } from './manual/manual.js';
import type { SyncOutcome } from '../federation/sync/runs/sync-report.js';
import type { DecideAnswer } from './decide/decide.js';
import type { HoldersCommand } from './list/holders.js';
import type { LookCommand } from './list/list.js';
import { hostActor } from './host-actor.js';
import { usageOf } from './manual/command-help.js';
import { takeReason } from './arguments/take-reason.js';
import { NotUnderstood } from './arguments/usage-error.js';
import type { Output } from './output/output.js';
import { printable } from './output/printable.js';

/**
 * The exit code: 0 success, 1 refused or failed (for `decide`: denied), 2 usage error, 3 `decide` could not decide or a synchronization
 * stopped, 4 a synchronization could not read everything.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

interface Io {
  readonly out: Output;
  readonly err: Output;
}

const terminal: Io = {
  out: {
    line: (text) => process.stdout.write(`${printable(text)}\n`),
    flushed: () =>
      new Promise((resolve, reject) => {
        process.stdout.write('', (error) => (error ? reject(error) : resolve()));
      }),
  },
  err: { line: (text) => process.stderr.write(`${printable(text)}\n`) },
};

interface Run {
  /** The account that runs the command, with the reason that it gave. */
  readonly by: Actor;
  /** Sets another exit code than 0 for a successful command. */
  readonly endWith: (code: ExitCode) => void;
}
type Command = (env: Environment, io: Io, rest: readonly string[], run: Run) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = {
  async serve(env, _io, rest, { endWith }) {
    if (rest.length > 0) throw new NotUnderstood();
    const { logStartRefused } = await import('./serve/log-start-refused.js');
    await logStartRefused(env, async () => {
      const config = readConfig(env);
      if (cluster.isWorker) {
        const { serveAsWorker } = await import('./serve/serve-as-worker.js');
        await serveAsWorker(config, env);
      } else if (config.processes > 1) {
        const { supervise } = await import('./serve/supervise.js');
        endWith(await supervise(config));
      } else {
        // Loading all modules takes longer than the rest of any other command.
        const { serve } = await import('./serve/serve.js');
        await serve(config, env);
      }
    });
  },
  async bootstrap(env, { out }, rest, { by }) {
    const [yes, ...more] = rest;
    if (more.length > 0 || (yes !== undefined && yes !== '--yes')) throw new NotUnderstood();
    const { bootstrap } = await import('./setup/bootstrap.js');
    await bootstrap(by, readConfig(env), env, out, undefined, yes === '--yes');
  },
  async store(env, { out }, [action, ...rest]) {
    if (action !== 'copy' && action !== 'backup') throw new NotUnderstood();
    const given = addressAmong(action, rest);
    const { addressOf, storeBackup, storeCopy } = await import('./store/store.js');
    const config = readConfig(env);
    const to = await addressOf(given, config, env);
    await (action === 'copy' ? storeCopy(to, config, out) : storeBackup(to, config, out));
  },
  async keys(env, { out }, rest, { by }) {
    const { keysCommand, readKeysCommand } = await import('./keys/keys.js');
    await keysCommand(by, readKeysCommand(rest), readConfig(env), out);
  },
  async client(env, { out }, rest, { by }) {
    if (isManaged('client', rest)) return managing(by, 'client', env, out, rest);
    const { clientCommand, readClientCommand } = await import('./client/client.js');
    await clientCommand(by, readClientCommand(rest), readConfig(env), out);
  },
  async connector(env, { out }, rest, { by, endWith }) {
    const [action, ...args] = rest;
    if (action === 'sync') {
      const { readSyncCommand, syncCommand } = await import('./connector/sync.js');
      endWith(SYNC_CODES[await syncCommand(by, readSyncCommand(args), readConfig(env), out)]);
      return;
    }
    const { connectorCommand, readConnectorCommand } = await import('./connector/connector.js');
    endWith((await connectorCommand(by, readConnectorCommand(rest), readConfig(env), out)) ? 0 : 1);
  },
  async user(env, { out }, rest, { by }) {
    const { managesUsers, manageUsersCommand, readManageUsersCommand } = await import('./manage/users.js');
    if (managesUsers(rest[0])) return manageUsersCommand(by, readManageUsersCommand(rest), readConfig(env), out);
    const { readUserCommand, userCommand } = await import('./user/user.js');
    await userCommand(by, readUserCommand(rest), readConfig(env), out);
  },
  assign: (env, { out }, rest, { by }) => assigning(by, 'assign', env, out, rest),
  unassign: (env, { out }, rest, { by }) => assigning(by, 'unassign', env, out, rest),
  assignments: (env, { out }, rest, { by }) => assigning(by, 'assignments', env, out, rest),
  role: (env, { out }, rest, { by }) =>
    isManaged('role', rest) ? managing(by, 'role', env, out, rest) : looking('role', env, out, rest),
  group: (env, { out }, rest, { by }) =>
    isManaged('group', rest) ? managing(by, 'group', env, out, rest) : looking('group', env, out, rest),
  async 'resource-server'(env, { out }, rest, { by }) {
    const [action, ...args] = rest;
    if (action !== 'rename-permission') return managing(by, 'resource-server', env, out, rest);
    const { readRenamePermission, renamePermissionCommand } = await import('./manage/rename-permission.js');
    await renamePermissionCommand(by, readRenamePermission(args), readConfig(env), out);
  },
  segment: (env, { out }, rest) => looking('segment', env, out, rest),
  async permission(env, { out }, [action, ...rest]) {
    if (action !== 'holders') throw new NotUnderstood();
    await listHolders('permission', env, out, rest);
  },
  async decide(env, { out }, rest, { endWith }) {
    const { decideCommand, readDecideCommand } = await import('./decide/decide.js');
    endWith(EXIT_CODES[await decideCommand(readDecideCommand(rest), readConfig(env), out)]);
  },
  async check(_env, { out }, [file, ...rest]) {
    if (file === undefined || rest.length > 0) throw new NotUnderstood();
    const { checkCommand } = await import('./check/check.js');
    await checkCommand(file, out);
  },
  async apply(env, { out }, rest, { by }) {
    const { applyCommand, readApplyCommand } = await import('./apply/apply.js');
    await applyCommand(by, readApplyCommand(rest), readConfig(env), env, out);
  },
  /** Another name of `apply --dry-run`. */
  async 'dry-run'(env, { out }, rest, { by }) {
    const { applyCommand, readApplyCommand } = await import('./apply/apply.js');
    await applyCommand(by, readApplyCommand(['--dry-run', ...rest]), readConfig(env), env, out);
  },
  async explain(env, { out }, rest) {
    const [what, jti, ...more] = rest;
    if (what === 'token' && jti !== undefined && more.length === 0) {
      const { explainTokenCommand } = await import('./decide/explain-token.js');
      await explainTokenCommand(jti, readConfig(env), out);
      return;
    }
    const { explainCommand, readDecideCommand } = await import('./decide/decide.js');
    await explainCommand(readDecideCommand(rest), readConfig(env), out);
  },
  async throttle(env, { out }, rest, { by }) {
    const { readThrottleCommand, throttleCommand } = await import('./throttle/throttle.js');
    await throttleCommand(by, readThrottleCommand(rest), readConfig(env), out);
  },
  async audit(env, { out }, rest, { endWith }) {
    const { readAuditCommand } = await import('./audit/audit.js');
    endWith((await readAuditCommand(rest)(readConfig(env), out)) ? 0 : 1);
  },
  async help(_env, { out }, words) {
    if (words.length === 0) {
      out.line(overview());
    } else if (words.join(' ') === 'settings') {
      out.line(settingsPage().trimEnd());
    } else {
      const known = commandsUnder(words);
      if (known.length === 0) checkArguments(words);
      if (known.length === 0) throw new NotUnderstood();
      out.line(manualOf(known));
    }
  },
  async version(_env, { out }, rest) {
    if (rest.length > 0) throw new NotUnderstood();
    out.line(version());
  },
};

async function assigning(
  by: Actor,
  action: 'assign' | 'unassign' | 'assignments',
  env: Environment,
  out: Output,
  rest: readonly string[],
): Promise<void> {
  const { assignCommand, readAssignCommand } = await import('./assign/assign.js');
  await assignCommand(by, readAssignCommand(action, rest), readConfig(env), out);
}

/** Lists and objects without `--json` have tables of their own. */
function isManaged(of: 'role' | 'group' | 'client', [action = '', ...rest]: readonly string[]): boolean {
  if (['create', 'edit', 'rename', 'delete'].includes(action)) return true;
  if (action === 'show' && of === 'group') return true;
  return (action === 'list' || action === 'show') && rest.includes('--json');
}

async function managing(
  by: Actor,
  of: 'role' | 'group' | 'client' | 'resource-server',
  env: Environment,
  out: Output,
  rest: readonly string[],
): Promise<void> {
  const { manageCommand, readManageCommand } = await import('./manage/manage.js');
  await manageCommand(by, readManageCommand(of, rest), readConfig(env), out);
}

async function looking(of: LookCommand['of'], env: Environment, out: Output, rest: readonly string[]): Promise<void> {
  const [action, ...args] = rest;
  if (action === (of === 'role' ? 'holders' : 'members')) return listHolders(of, env, out, args);
  const { lookCommand, readLookCommand } = await import('./list/list.js');
  await lookCommand(readLookCommand(of, rest), readConfig(env), out);
}

async function listHolders(
  of: HoldersCommand['of'],
  env: Environment,
  out: Output,
  rest: readonly string[],
): Promise<void> {
  const { holdersCommand, readHoldersCommand } = await import('./list/holders.js');
  await holdersCommand(readHoldersCommand(of, rest), readConfig(env), out);
}

function addressAmong(action: string, args: readonly string[]): string {
  const needed = `That command needs the place to write to and nothing else: gatehouse store ${action} --to ADDRESS`;
  try {
    const { values } = parseArgs({ args: [...args], options: { to: { type: 'string', multiple: true } } });
    const [to, another] = values.to ?? [];
    if (to !== undefined && to !== '' && another === undefined) return to;
  } catch {
    // Reported in our words: the library's messages may repeat an address with its password.
  }
  throw new NotUnderstood(needed);
}

const EXIT_CODES = { allowed: 0, denied: 1, 'not known': 3 } as const satisfies Readonly<
  Record<DecideAnswer, ExitCode>
>;
const SYNC_CODES: Readonly<Record<SyncOutcome, ExitCode>> = { done: 0, nothing: 0, failed: 1, stopped: 3, partial: 4 };
/** The exit code of `decide` if it could not decide: 1 is an answer there. */
const FAILED: Readonly<Record<string, ExitCode>> = { decide: 3 };

/** Commands by their names in the previous release. */
const RENAMED: ReadonlyMap<string, string> = new Map([['edges', 'assignments']]);

/** Runs one command; never throws. Errors are printed on `err`, in a sentence that says what to do. */
export async function runCommand(argv: readonly string[], env: Environment, io: Io = terminal): Promise<ExitCode> {
  const [first = 'help', ...rest] = withoutAliases(argv);
  const name = RENAMED.get(first) ?? first;
  if (name !== first)
    io.err.line(`\`gatehouse ${first}\` is called \`gatehouse ${name}\` now. The old name goes with the next release.`);
  try {
    const help = name === 'help' ? undefined : checkArguments([name, ...rest]);
    const { reason, args } = help?.changes ? takeReason(rest) : { args: rest };
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new NotUnderstood();
    let code: ExitCode = 0;
    await command(env, io, args, { by: hostActor(reason), endWith: (other) => (code = other) });
    return code;
  } catch (error) {
    if (error instanceof NotUnderstood) return notUnderstood(io, [name, ...rest], error);
    io.err.line(sentenceOf(error, env));
    return (Object.hasOwn(FAILED, name) && FAILED[name]) || 1;
  }
}

/** Rewrites aliases: `user create --help` and `-h` are `help user create`; `--version` is `version`. */
function withoutAliases(argv: readonly string[]): readonly string[] {
  const [first] = argv;
  if (first === '--version' || first === '-V') return ['version', ...argv.slice(1)];
  const end = argv.indexOf('--');
  const helpIndex = argv.slice(0, end === -1 ? undefined : end).findIndex((arg) => arg === '--help' || arg === '-h');
  if (helpIndex === -1 || first === 'help') return argv;
  const words = argv.slice(0, helpIndex);
  // Its other arguments do not belong to its name.
  const command = commandsUnder(words).length > 0 ? words : commandOf(words)?.name.split(' ');
  return ['help', ...(command ?? words)];
}

function notUnderstood({ err }: Io, argv: readonly string[], { message, command: begun }: NotUnderstood): ExitCode {
  const command = commandOf(argv);
  const about = (begun ?? command?.name.split(' ') ?? []).join(' ');
  const said = message || (command ? `Usage: ${usageOf(command)}` : 'That is not a command.');
  err.line(`${said} See \`gatehouse help${about === '' ? '' : ` ${about}`}\`.`);
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
