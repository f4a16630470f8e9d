import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ready } from './ready.ts';

const main = join(import.meta.dirname, '../../dist/main.js');

/** `gatehouse serve`, the program itself, on a store that was bootstrapped. */
export interface Program {
  /** Megabytes of memory that are its own: files that it maps are the system's, and are given back when needed. */
  memory(): Promise<number>;
  /** SIGTERM; resolves when it has ended. */
  end(): Promise<void>;
}

/** Resolves when it is ready. */
export async function startProgram(env: Readonly<Record<string, string>>): Promise<Program> {
  const child = spawn(process.execPath, [main, 'serve'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = once(child, 'exit');
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    process.off('exit', kill);
  };
  const ended = gone.then(() => Promise.reject(new Error('A server of the benchmark ended at its start.')));
  await Promise.race([ready(env['GATEHOUSE_ISSUER'] ?? ''), ended]);
  ended.catch(() => undefined);
  return { memory: () => anonymousMegabytes(child.pid ?? 0), end };
}

/** The memory that a process has for itself, without files that it maps. */
export async function anonymousMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
