import { setTimeout as delay } from 'node:timers/promises';
import { startProgram } from '../servers/program.ts';
import type { Size } from './size.ts';

export interface Start {
  /** From the start of the process to its first good answer at /readyz, each time. */
  readonly milliseconds: readonly number[];
  /** The memory of the process shortly after each start. */
  readonly megabytes: readonly number[];
}

/** Starts the program on a store that exists, and ends it, several times. */
export async function starts(env: Readonly<Record<string, string>>, size: Size): Promise<Start> {
  const milliseconds: number[] = [];
  const megabytes: number[] = [];
  while (milliseconds.length < size.starts) {
    const began = performance.now();
    const program = await startProgram(env);
    milliseconds.push(performance.now() - began);
    await delay(size.quietMs);
    megabytes.push(await program.memory());
    await program.end();
  }
  return { milliseconds, megabytes };
}
