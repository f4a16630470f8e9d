/** A Node process whose clock the test moves, whose output it keeps, and that never outlives the test. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compileCache } from '../compile-cache.js';

const clock = join(import.meta.dirname, 'clock.ts');
/** Long enough for a loaded two-core machine, short enough to end a test that hangs. */
const PATIENCE_MS = 60_000;

export interface MovedProcess {
  readonly pid: number;
  /** Everything it wrote to stdout and stderr so far. */
  output(): string;
  /** Moves its clock forward. @throws {RangeError} for a negative or broken number */
  advance(ms: number): Promise<void>;
  /** Sends an order of the module's own and resolves with the answer that carries `done: order`. */
  ask(order: string, details?: object): Promise<unknown>;
  /** SIGTERM, and its end. @throws {Error} when it had to be killed, or ended with another code than 0 */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** Its exit code (null when a signal ended it). */
  readonly ended: Promise<number | null>;
}

export interface MovedProcessOptions {
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** How far ahead its clock starts. */
  aheadMs?: number;
  /** The command that runs it, such as one that enters a namespace. */
  inside?: readonly string[];
}

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Starts `module` (TypeScript, as Node reads it) under the moved clock, with the given environment and nothing else of ours but PATH. */
export function startMovedProcess(module: string, options: MovedProcessOptions = {}): MovedProcess {
  const [execPath, ...before] = [...(options.inside ?? []), process.execPath];
  const child = fork(module, options.args ?? [], {
    execPath,
    execArgv: [...before, '--disable-warning=ExperimentalWarning', '--import', clock],
    env: {
      PATH: process.env['PATH'] ?? '',
      ...compileCache,
      TEST_HOST_CLOCK: String(options.aheadMs ?? 0),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  alive.add(child);
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = once(child, 'close').then(([code]) => {
    alive.delete(child);
    return code as number | null;
  });

  const ask = async (order: string, details: object = {}): Promise<unknown> => {
    const answered = new Promise<unknown>((resolve) => {
      child.on('message', function listen(message: unknown) {
        if ((message as { done?: string }).done !== order) return;
        child.off('message', listen);
        resolve(message);
      });
    });
    const gone = ended.then((code) => {
      throw new Error(`The process ended (${String(code)}) before it answered "${order}":\n${output}`);
    });
    // The callback takes a closed channel's error; `gone` tells it better.
    child.send({ order, ...details }, () => undefined);
    return within(Promise.race([answered, gone]), `answer "${order}"`, () => output);
  };

  return {
    pid: child.pid ?? 0,
    output: () => output,
    ask,
    advance: async (ms) => {
      if (!Number.isSafeInteger(ms) || ms < 0)
        throw new RangeError(`The clock moves forward only, not by ${String(ms)}.`);
      await ask('advance', { ms });
    },
    stop: async () => {
      child.kill('SIGTERM');
      const code = await within(ended, 'end after SIGTERM', () => output).catch((late: unknown) => {
        child.kill('SIGKILL');
        throw late;
      });
      if (code !== 0) throw new Error(`The process ended with ${String(code)} after SIGTERM:\n${output}`);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

async function within<T>(work: Promise<T>, what: string, output: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The process did not ${what} within ${String(PATIENCE_MS)} ms:\n${output()}`));
    }, PATIENCE_MS);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}
