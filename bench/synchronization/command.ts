import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { mostMemory } from '../federation/memory.ts';

/** A report, as `gatehouse connector history` prints it. */
export interface EndedRun {
  readonly id: string;
  readonly mode: string;
  readonly outcome: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly counts: string;
}

type Env = Readonly<Record<string, string>>;

const PROGRAM = join(import.meta.dirname, '../../dist/main.js');

/** Runs a command on the server's store; its exit code does not matter. */
export function command(
  env: Env,
  args: readonly string[],
): Promise<{ readonly output: string; readonly memory: number }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', PROGRAM, ...args],
      { env: { PATH: process.env['PATH'], ...env }, maxBuffer: 100_000_000 },
      (_error, output, problems) => {
        if (problems !== '') console.error(problems);
        void memory().then((most) => {
          resolve({ output, memory: most });
        });
      },
    );
    const memory = mostMemory(child.pid ?? 0);
  });
}

const instant = z.iso.datetime().transform((text) => Date.parse(text));
const reports = z.array(
  z.object({
    ...{ id: z.string(), mode: z.string(), outcome: z.string(), startedAt: instant, endedAt: instant },
    counts: z.record(z.string(), z.number()),
  }),
);

export async function lastRun(env: Env): Promise<EndedRun | undefined> {
  const { output } = await command(env, ['connector', 'history', 'corp', '--json']);
  const [last] = output === '' ? [] : reports.parse(JSON.parse(output));
  if (!last) return undefined;
  const counts = Object.entries(last.counts).filter(([, count]) => count > 0);
  return { ...last, counts: counts.map(([name, count]) => `${name} ${count}`).join(', ') };
}
