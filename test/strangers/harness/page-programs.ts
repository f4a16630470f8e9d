/** The program that a page shows, as it stands there, on packages that `installs.ts` fetched. */
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Child, Here } from './stranger.js';

/** One program: its code, the folder of its packages, and its environment. */
export interface PageProgram {
  readonly code: string;
  readonly packages: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The `NAME=value` lines of a page's block. */
export const environmentOf = (block: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...block.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

/** Runs an ES module. */
export async function runNode(here: Here, { code, packages, env }: PageProgram): Promise<Child> {
  const cwd = await folderOf(here);
  await symlink(join(packages, 'node_modules'), join(cwd, 'node_modules'));
  await writeFile(join(cwd, 'application.mjs'), code);
  return here.run(process.execPath, ['application.mjs'], { cwd, env });
}

/** Serves a Flask application on loopback. */
export async function runFlask(here: Here, { code, packages, env }: PageProgram, port: number): Promise<Child> {
  const cwd = await folderOf(here);
  await writeFile(join(cwd, 'app.py'), code);
  return here.run('python3', ['-m', 'flask', 'run', '--host', '127.0.0.1', '--port', String(port)], {
    cwd,
    env: { PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
}

/** Waits for output that matches and returns its first group. @throws {Error} when it does not within half a minute */
export async function printed(child: Child, pattern: RegExp): Promise<string> {
  for (let waits = 0; waits < 300; waits++) {
    const found = pattern.exec(child.output())?.[1];
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error(`It never printed ${pattern.source}:\n${child.output()}`);
}

async function folderOf({ folder }: Here): Promise<string> {
  await mkdir(folder, { recursive: true });
  return mkdtemp(join(folder, 'program-'));
}
