/** Everything that ./scripts/start starts ends together, however it ends, and nothing is left behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { freePort } from '../support/host/free-port.js';

let folder: string;
let ports: number[];
let starter: ChildProcess;
let said: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-together-'));
  ports = [await freePort(), await freePort()];
  said = '';
});
afterEach(async () => {
  starter.kill('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

const logFile = (): string => join(folder, 'log');

async function start(): Promise<void> {
  starter = spawn(process.execPath, [
    join(import.meta.dirname, 'stand-in/starter.mjs'),
    logFile(),
    ...ports.map(String),
  ]);
  starter.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  starter.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await until(() => said.includes('all up'));
}

/** The process ids that the programs told. */
async function programs(): Promise<number[]> {
  const pids = [...(await readFile(logFile(), 'utf8')).matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
  expect(pids).toHaveLength(2);
  return pids;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`It did not come to that. It said:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a command runs first and speaks for itself; the programs answer before the start says so', async () => {
  await start();
  expect(said).toBe('made once\nall up\n');
  for (const port of ports) expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here');
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends all of them, and the start with 0', async (signal) => {
  await start();
  const pids = await programs();
  starter.kill(signal);
  expect(await once(starter, 'exit')).toEqual([0, null]);
  expect(pids.filter(isAlive)).toEqual([]);
});

test('when one falls the rest ends, with its name and last words', async () => {
  await start();
  const pids = await programs();
  const ended = once(starter, 'close');
  await fetch(`http://127.0.0.1:${ports[0] ?? 0}/fall`).catch(() => undefined);
  expect(await ended).toEqual([1, null]);
  expect(said).toContain(`Program ${ports[0] ?? 0} ended by itself (code 1)`);
  expect(said).toContain('I fell');
  expect(pids.filter(isAlive)).toEqual([]);
});

test('a start that is killed leaves no orphan', async () => {
  await start();
  const pids = await programs();
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  await until(() => !pids.some(isAlive));
});

test('a port that is taken is a sentence with a cure', async () => {
  await start();
  const file: string = join(import.meta.dirname, '../../scripts/must-be-free.mjs');
  const { mustBeFree } = (await import(file)) as {
    mustBeFree: (port: number, hosts: string[], cure: string) => Promise<void>;
  };
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  await expect(mustBeFree(port, ['127.0.0.1', '::1'], 'Choose another.')).rejects.toThrow(
    `Port ${port} is taken by another program. Choose another.`,
  );
  taken.close();
  await once(taken, 'close');
  await expect(mustBeFree(port, ['127.0.0.1', '::1'], '')).resolves.toBeUndefined();
});
