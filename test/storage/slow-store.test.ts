/** A store that takes everything and answers nothing, under a flood: what waits is bounded in count, time and memory. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startMongod } from '../support/mongod-process.js';
import type { Round } from './flooding-child.js';
import { times } from './engines.js';

const PATIENCE = 500;
const MOST = 4096;

interface Stopping {
  readonly address: string;
  stop(): void;
  goOn(): void;
  end(): Promise<void>;
}

async function file(): Promise<Stopping> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-slow-'));
  const path = join(folder, 'store.db');
  let holder: DatabaseSync | undefined;
  return {
    address: path,
    stop() {
      holder = new DatabaseSync(path, { timeout: 5000 });
      holder.exec('BEGIN IMMEDIATE');
    },
    goOn: () => holder?.close(),
    end: () => rm(folder, { recursive: true }),
  };
}

async function server(): Promise<Stopping> {
  const mongod = await startMongod();
  return {
    address: `${mongod.url}slow`,
    stop: () => mongod.signal('SIGSTOP'),
    goOn: () => mongod.signal('SIGCONT'),
    end: () => mongod.end(),
  };
}
const stopping = { sqlite: file, mongodb: server };

describe.each(['sqlite', 'mongodb'] as const)('a %s store that is stopped under a flood', (kind) => {
  let store: Stopping;
  let child: ChildProcess;
  afterEach(async () => {
    child.kill('SIGKILL');
    await store.end();
  });

  test('lets so many wait and no more, answers each in its time, keeps nothing of them, and goes on', async () => {
    store = await stopping[kind]();
    child = fork(join(import.meta.dirname, 'flooding-child.ts'), [store.address, String(PATIENCE)], {
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        '--expose-gc',
        '--import',
        join(import.meta.dirname, '../support/typescript-child.mjs'),
      ],
    });
    await once(child, 'message');
    const round = async (): Promise<Round> => {
      child.send('round');
      return ((await once(child, 'message')) as [Round])[0];
    };
    await round();

    store.stop();
    const rounds: Round[] = [];
    for (const _ of times(6, () => 0)) rounds.push(await round());
    for (const { asked, waited, well, refused, slowest } of rounds) {
      // A second and a half is promised; without an end to it, a hung connection waits for minutes.
      expect(slowest).toBeLessThan(15_000);
      expect(waited).toBeLessThanOrEqual(MOST);
      expect(well).toBe(0);
      expect(
        Object.keys(refused).filter((words) => !words.startsWith('store-unavailable The store does not answer: ')),
      ).toEqual([]);
      expect(
        refused[`store-unavailable The store does not answer: ${MOST} operations wait for it already.`],
      ).toBeGreaterThanOrEqual(asked - MOST);
    }
    // The operations of one round take tens of megabytes.
    const [, second] = rounds;
    expect((rounds.at(-1)?.heapUsed ?? Infinity) - (second?.heapUsed ?? 0)).toBeLessThan(8 * 2 ** 20);

    store.goOn();
    let well = 0;
    for (let tries = 0; tries < 20 && well < 1000; tries++) well = (await round()).well;
    expect(well).toBeGreaterThanOrEqual(1000);
  });
});
