import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Child, RunOptions } from './stranger.js';

/** How long a program gets to finish what it is doing when told to end. */
const FAREWELL_MS = 5_000;
/** How long one may take until it answers: a Java application on a busy machine. */
const PATIENCE_MS = 90_000;

const running = new Set<Child>();

/** Starts a program in a process group of its own, so that what it starts ends with it. */
export function run(command: string, args: readonly string[], folder: string, options: RunOptions = {}): Child {
  const child = spawn(command, args, {
    cwd: options.cwd ?? folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-1_000_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => {
    output += `${error.message}\n`;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} can't be started.`);
  const gone = once(child, 'exit');
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name);
    } catch {
      // All of the group have ended.
    }
  };
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const started: Child = {
    pid,
    output: () => output,
    hasEnded,
    async end() {
      running.delete(started);
      signal('SIGTERM');
      if (!hasEnded()) {
        await Promise.race([gone, delay(FAREWELL_MS, undefined, { ref: false })]);
      }
      signal('SIGKILL');
    },
  };
  running.add(started);
  return started;
}

/** Ends all that still run. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map((child) => child.end()));
}

/** Resolves once something answers there, with whatever status. @throws {Error} when nothing does in time, or one of `children` has ended */
export async function answers(url: string, children: readonly Child[]): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer) return;
    if (children.some((child) => child.hasEnded())) throw new Error('The application ended before it answered.');
    await delay(200);
  }
  throw new Error(`Nothing answers at ${url}.`);
}
