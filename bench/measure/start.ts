import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ready } from '../servers/ready.ts';
import type { Size } from './size.ts';

const main = join(import.meta.dirname, '../../dist/main.js');

export interface Start {
  /** From the start of the process to its first good answer at /readyz, each time. */
  readonly milliseconds: readonly number[];
  /** The memory of the process shortly after each start. */
  readonly megabytes: readonly number[];
}

/** Starts `gatehouse serve`, the program itself, on a store that is there already, and ends it, several times. */
export async function starts(env: Readonly<Record<string, string>>, size: Size): Promise<Start> {
  const milliseconds: number[] = [];
  const megabytes: number[] = [];
  while (milliseconds.length < size.starts) {
    const began = performance.now();
    const child = spawn(process.execPath, [main, 'serve'], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const killed = (): void => void child.kill('SIGKILL');
    process.once('exit', killed);
    try {
      await ready(env['GATEHOUSE_ISSUER'] ?? '');
      milliseconds.push(performance.now() - began);
      await delay(size.quiet);
      megabytes.push(await residentMegabytes(child.pid ?? 0));
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
      process.off('exit', killed);
    }
  }
  return { milliseconds, megabytes };
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
