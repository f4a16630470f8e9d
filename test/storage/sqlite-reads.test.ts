import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { newId } from '../../src/base/crypto/ids.js';
import { openStore } from '../../src/storage/open-store.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import type { Engine } from '../../src/storage/engine.js';
import type { Collection, Store } from '../../src/storage/store.js';
import { allSpecs, parts, things } from './things.js';

const root = join(import.meta.dirname, '../..');
const lock = new Int32Array(new SharedArrayBuffer(4));
/** Stops this thread, as a long computation does. */
const block = (ms: number): void => {
  Atomics.wait(lock, 0, 0, ms);
};

/** Each begins a callback of the event loop, after which others come before the next turn. */
const callbacks = [
  ['a timer', (work: () => void) => setTimeout(work, 1)],
  ['an immediate', (work: () => void) => setImmediate(work)],
  ['a tick', (work: () => void) => setTimeout(() => process.nextTick(work), 1)],
  ['a microtask', (work: () => void) => setTimeout(() => queueMicrotask(work), 1)],
] as const;

describe('reads of a SQLite store', () => {
  let folder: string;
  let store: Store;
  let engine: Engine;
  let all: Collection<typeof things>;
  let witness: DatabaseSync;
  let child: ChildProcess;
  let id: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-reads-'));
    const path = join(folder, 'store.db');
    const box = secretBox([{ id: 'writing', key: Buffer.alloc(32, 1) }]);
    engine = await openSqlite(path);
    store = await openStore({ specs: allSpecs, box, engine });
    all = store.in('r').of(things);
    witness = new DatabaseSync(path, { readOnly: true });
    child = fork(join(import.meta.dirname, 'writing-child.ts'), [path], {
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', join(root, 'test/support/typescript-child.mjs')],
    });
    expect((await once(child, 'message'))[0]).toBe('ready');
  });
  afterAll(async () => {
    child.disconnect();
    await once(child, 'exit');
    witness.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    id = newId();
    await all.insert({ id, kind: 'red', rank: 1 });
  });

  /** Stops this thread until the file holds the new rank, and until the news of it had time to arrive. */
  function blockUntilWritten(rank: number): void {
    const current = witness.prepare("SELECT body ->> 'rank' AS rank FROM d_things WHERE id = ?");
    for (let tried = 0; current.get(id)?.['rank'] !== rank; tried++) {
      if (tried > 2000) throw new Error('It was not written.');
      block(5);
    }
    block(100);
  }
  const rank = async (): Promise<number | undefined> => (await all.get(id))?.rank;

  test('share the state of the first in one callback, which no query looks back to', async () => {
    const first = rank();
    child.send({ id, rank: 2 });
    expect(await first).toBe(1);
    blockUntilWritten(2);
    expect(await rank()).toBe(1);
    const { rows } = await all.find('all', {}, { limit: 100 });
    expect(rows.find((thing) => thing.id === id)?.rank).toBe(2);
    expect(await rank()).toBe(2);
    await once(child, 'message');
  });

  test.each(callbacks)('see a write that was answered, whatever was read before in %s', async (_name, call) => {
    const written = all.put({ id, kind: 'red', rank: 2 });
    const before = new Promise((resolve) => {
      call(() => {
        resolve(rank());
        blockUntilWritten(2);
      });
    });
    await written;
    expect(await rank()).toBe(2);
    expect([1, 2]).toContain(await before);
  });

  test.each(callbacks)(
    'see what another process wrote and said, whatever was read before in %s',
    async (_name, call) => {
      const seen = new Promise((resolve) => child.once('message', () => resolve(rank())));
      const before = await new Promise((resolve) => {
        call(() => {
          // It reads at once, and so before the other process can write.
          resolve(rank());
          child.send({ id, rank: 2 });
          blockUntilWritten(2);
        });
      });
      expect(before).toBe(1);
      expect(await seen).toBe(2);
    },
  );

  test('see the tables of a kind that is prepared between them', async () => {
    const fresh = { ...parts, name: 'latecomers' };
    await rank();
    const prepared = engine.prepare([fresh]);
    expect(await rank()).toBe(1);
    await prepared;
    expect(await engine.get({ spec: fresh, realm: 'r' }, id, 0)).toBeUndefined();
  });
});
