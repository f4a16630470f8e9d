import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '../../src/base/errors.js';
import { secretBox } from '../../src/base/crypto/secret-box.js';
import { openStore } from '../../src/storage/open-store.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import type { Store } from '../../src/storage/store.js';
import { insert } from '../../src/storage/write.js';
import { type Mongod, startMongod } from '../support/mongod-process.js';
import { type SmallDisk, smallDisk } from '../support/small-disk.js';
import { allSpecs, parts, things } from './things.js';

const MB = 2 ** 20;
let disk: SmallDisk;
let folder: string;
beforeEach(async () => {
  disk = await smallDisk('24m');
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-copy-'));
});
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await disk.end();
  await rm(folder, { recursive: true });
});

type Told = { written: string } | { refused: string; code: string; reads: boolean };

/** A process that fills the store on the small disk. */
function filling() {
  const [execPath, ...before] = [...disk.inside, process.execPath];
  const child = fork(join(import.meta.dirname, 'filling-child.ts'), [join(disk.folder, 'store.db')], {
    execPath,
    execArgv: [
      ...before,
      '--disable-warning=ExperimentalWarning',
      '--import',
      join(import.meta.dirname, '../support/typescript-child.mjs'),
    ],
  });
  children.push(child);
  const written: string[] = [];
  const refused: Exclude<Told, { written: string }>[] = [];
  child.on('message', (told: 'ready' | Told) => {
    if (told === 'ready') return;
    if ('written' in told) written.push(told.written);
    else refused.push(told);
  });
  const ended = once(child, 'exit');
  async function until(what: string, holds: () => boolean): Promise<void> {
    const giveUp = performance.now() + 30_000;
    while (!holds()) {
      await delay(5);
      if (performance.now() > giveUp || child.exitCode !== null) throw new Error(`It came to no end: ${what}.`);
    }
  }
  return { child, written, refused, ended, until };
}

const sizeOf = async (name: string): Promise<number> => (await stat(disk.path(name))).size;

/** Checks the store that a process left on the small disk: every acknowledged write is complete. */
async function expectIntact(written: readonly string[]): Promise<void> {
  const names = (await readdir(disk.path('.'))).filter((name) => name.startsWith('store.db') && !name.endsWith('-shm'));
  for (const name of names) await copyFile(disk.path(name), join(folder, name));
  const path = join(folder, 'store.db');
  const box = secretBox([{ id: 'storm', key: Buffer.alloc(32, 1) }]);
  const store = await openStore({ specs: allSpecs, box, engine: await openSqlite(path) });
  const survivors = await Promise.all(
    written.map(async (id) => [
      (await store.in('r').of(things).get(id))?.note?.length,
      (await store.in('r').of(parts).get(id))?.thing,
    ]),
  );
  expect(survivors).toEqual(written.map((id) => [8000, id]));
  await store.close();
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  const halves = db.prepare('SELECT id FROM d_parts WHERE id NOT IN (SELECT id FROM d_things)').all();
  expect(halves).toEqual([]);
  db.close();
}

const FULL = {
  refused: expect.stringMatching(
    /^The store does not answer: the disk of GATEHOUSE_STORE \(.*store\.db\) is full; make room/,
  ) as unknown,
  code: 'store-unavailable',
  reads: true,
};

test('a store whose disk fills up refuses writes, reads on, and writes on when there is room, with a log that could not be folded', async () => {
  // Enough for the log to reach the size at which it is folded into the file (1000 pages), and not for the file to grow by that.
  await disk.fill(7 * MB);
  const { child, written, refused, ended, until } = filling();
  await until('refusals', () => refused.length > 20);
  // 1000 pages and more wait to be folded into a file that has no room for them.
  expect(await sizeOf('store.db-wal')).toBeGreaterThan(1000 * 4096);
  expect(await sizeOf('store.db')).toBeLessThan(3 * MB);

  await disk.makeRoom();
  const before = written.length;
  await until('writes again', () => written.length > before + 20);
  for (const each of refused) expect(each).toEqual(FULL);
  child.send('stop');
  expect(await ended).toEqual([0, null]);
  // An orderly end folds all of the log into the file.
  expect(await readdir(disk.path('.'))).toEqual(['store.db']);
  expect(await sizeOf('store.db')).toBeGreaterThan(3 * MB);
  await expectIntact(written);
});

test('a process that is killed on a full disk has kept what it answered', async () => {
  await disk.fill(2 * MB);
  const { child, written, refused, ended, until } = filling();
  await until('refusals', () => refused.length > 5);
  child.kill('SIGKILL');
  await ended;
  await expectIntact(written);
});

describe('a MongoDB', () => {
  let large: SmallDisk;
  let mongod: Mongod;
  let store: Store;
  beforeEach(async () => {
    large = await smallDisk('200m');
    // Its journal soon wants another file; by default one is of 100 MB, and made ahead.
    const journal = ['--wiredTigerEngineConfigString', 'log=(file_max=1MB,prealloc=false)'];
    mongod = await startMongod({ disk: large, args: journal });
    store = await openOn('full');
  });
  const openOn = async (database: string): Promise<Store> => {
    const box = secretBox([{ id: 'storm', key: Buffer.alloc(32, 1) }]);
    return openStore({ specs: allSpecs, box, engine: await openMongo(`${mongod.url}${database}`, { patience: 1500 }) });
  };
  afterEach(async () => {
    await store.close();
    await mongod.end();
    await large.end();
  });

  test('whose disk is full refuses writes in a sentence, and keeps what it answered', async () => {
    const all = store.in('r').of(things);
    const written: string[] = [];
    // Nothing that could be compressed.
    const thing = (id: string) => ({ id, kind: 'red' as const, note: randomBytes(5000).toString('hex') });
    const noted = async (id: string): Promise<void> => {
      if ((await all.insert(thing(id))).ok) written.push(id);
    };
    await noted('first');
    await large.fill();
    // A new database wants files at once.
    await expect(openOn('other')).rejects.toThrow(
      /^The store does not answer: the disk of its MongoDB is full; make room there, and start it again/,
    );
    // Until its journal wants another file. From then on it refuses in these words, or ends itself.
    let refusal: unknown;
    for (let i = 0; i < 1000 && !refusal; i++) {
      refusal = await Promise.all([noted(`t${i}`), noted(`u${i}`)]).catch((error: unknown) => error);
      if (Array.isArray(refusal)) refusal = undefined;
    }
    expect(refusal).toBeInstanceOf(StoreUnavailable);
    const both = [insert(things, thing('c')), insert(parts, { id: 'c', thing: 'c' })];
    await expect(store.in('r').commit(both)).rejects.toBeInstanceOf(StoreUnavailable);

    await large.makeRoom();
    await mongod.kill();
    await mongod.restart();
    await noted('after');
    const survivors = await all.getMany(written);
    expect(survivors.size).toBe(written.length);
    expect(await all.get('c')).toBeUndefined();
    expect(await store.in('r').of(parts).get('c')).toBeUndefined();
  });
});
