/** The built program as people run it: `gatehouse ARGS`, in a folder of its own, with no settings but what it is given. */
import { execFile, type ExecFileException } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compileCache } from './compile-cache.js';

export const program = join(import.meta.dirname, '../../dist/main.js');
const run = promisify(execFile);

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs the built `gatehouse` until it exits. Its log lines are left out of `out`.
 *
 * @param inside the command that runs it, such as one that enters a namespace
 */
export async function gatehouse(...run: Parameters<typeof gatehouseLogged>): Promise<Ended> {
  const { code, out, err } = await gatehouseLogged(...run);
  return { code, out, err };
}

/** The same, with the lines that it logged. */
export async function gatehouseLogged(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  inside: readonly string[] = [],
): Promise<Ended & { readonly log: readonly Record<string, unknown>[] }> {
  // Only a program that would never end meets this bound.
  const options = {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...compileCache, ...env },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  } as const;
  const [command, ...before] = [...inside, process.execPath];
  try {
    const { stdout, stderr } = await run(command, [...before, program, ...args], options);
    return { code: 0, ...apart(stdout), err: warned(stderr) };
  } catch (error) {
    const { code, stdout, stderr } = error as ExecFileException;
    return { code: Number(code), ...apart(String(stdout)), err: warned(String(stderr)) };
  }
}

/** A log line is JSON with a level; commands print none such. */
function apart(stdout: string) {
  const isLog = (line: string): boolean => line.startsWith('{"level":');
  const lines = stdout.split('\n');
  const log = lines.filter(isLog).map((line) => JSON.parse(line) as Record<string, unknown>);
  return { out: lines.filter((line) => !isLog(line)).join('\n'), log };
}

/** Without node's own word on its SQLite. */
export const warned = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/ExperimentalWarning|--trace-warnings/.test(line))
    .join('\n');
