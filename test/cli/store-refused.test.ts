/** A start on an unusable store: one sentence that says what to do, and no change. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { gatehouse } from '../support/gatehouse.js';
import { freePort } from '../support/host/free-port.js';
import { type SmallDisk, smallDisk } from '../support/small-disk.js';

const root = join(import.meta.dirname, '../..');
const sentence = /^[A-Z][^\n]*[.]\n$/;
const commands = ['bootstrap', 'serve'] as const;

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.mjs')]);
});

let at: string;
beforeEach(async () => {
  at = await mkdtemp(join(tmpdir(), 'gatehouse-refused-'));
});
afterEach(() => rm(at, { recursive: true }));

/** The files in the store's folder, with their content. */
async function contents(): Promise<Record<string, string>> {
  const names = await readdir(join(at, 'data'));
  const hashes = names.map(async (name) => [
    name,
    createHash('sha256')
      .update(await readFile(join(at, 'data', name)))
      .digest('hex'),
  ]);
  return Object.fromEntries((await Promise.all(hashes)) as [string, string][]);
}
const store = (): string => join(at, 'data/gatehouse.db');

describe('a SQLite file that is no store of ours', () => {
  const foreign: readonly [string, string, () => Promise<void>][] = [
    ['a text', 'is no SQLite file', () => writeFile(store(), 'GATEHOUSE_STORE=somewhere\n'.repeat(50))],
    [
      "another application's",
      'belongs to another application',
      async () => {
        const db = new DatabaseSync(store());
        db.exec('PRAGMA journal_mode = WAL; CREATE TABLE passwords(p TEXT); INSERT INTO passwords VALUES (1)');
        db.close();
      },
    ],
  ];
  test.each(foreign)('%s, stops the start, stays as it is, and gets no keys', async (_what, why, make) => {
    await mkdir(join(at, 'data'));
    await make();
    const before = await contents();
    const { code, out, err } = await gatehouse(at, ['bootstrap']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(sentence);
    expect(err).toContain(`GATEHOUSE_STORE points at data/gatehouse.db, which ${why}`);
    expect(await contents()).toEqual(before);
    expect(existsSync(join(at, 'keys'))).toBe(false);
  });

  const damages: readonly [string, () => Promise<void>][] = [
    ['lost its end', () => truncate(store(), 40960)],
    [
      'has a page overwritten',
      async () => {
        const bytes = await readFile(store());
        bytes.fill(0xa5, 100, 4096);
        await writeFile(store(), bytes);
      },
    ],
  ];
  test.each(damages)('any more, since it %s, stops the start and stays as it is', async (_what, damage) => {
    await gatehouse(at, ['bootstrap']);
    await damage();
    const [before, keys] = [await contents(), await readdir(join(at, 'keys'))];
    for (const { code, out, err } of await Promise.all(commands.map((command) => gatehouse(at, [command])))) {
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(sentence);
      expect(err).toContain('GATEHOUSE_STORE points at data/gatehouse.db, which is damaged');
    }
    expect(await contents()).toEqual(before);
    expect(await readdir(join(at, 'keys'))).toEqual(keys);
  });
});

test('a store that is away stops the start in a sentence, whichever it is', async () => {
  await gatehouse(at, ['bootstrap']);
  const holder = new DatabaseSync(store());
  holder.exec('BEGIN IMMEDIATE');
  const nobody = `mongodb://someone:secret@127.0.0.1:${await freePort()}/?replicaSet=rs0`;
  const away = [
    [{}, /another process holds GATEHOUSE_STORE \(data\/gatehouse\.db\) for too long/],
    [{ GATEHOUSE_STORE: nobody }, /MongoDB at 127\.0\.0\.1:\d+ can't be reached, or has no primary/],
  ] as const;
  const cases = away.flatMap(([env, why]) =>
    commands.map(async (command) => ({ why, ...(await gatehouse(at, [command], env)) })),
  );
  for (const { why, code, out, err } of await Promise.all(cases)) {
    expect(err).toMatch(sentence);
    expect(err).toMatch(why);
    expect(err).not.toContain('secret');
    expect({ code, out }).toEqual({ code: 1, out: '' });
  }
  holder.close();
});

describe('a disk that takes nothing', () => {
  let disk: SmallDisk;
  beforeEach(async () => {
    disk = await smallDisk('4m');
  });
  afterEach(() => disk.end());

  test('stops the start in a sentence where it is full', async () => {
    const env = { GATEHOUSE_STORE: `sqlite:${disk.folder}/store.db` };
    await disk.fill();
    const fresh = await gatehouse(at, ['bootstrap'], env, disk.inside);
    expect(fresh.err).toMatch(sentence);
    expect({ ...fresh, err: '' }).toEqual({ code: 1, out: '', err: '' });
    expect(fresh.err).toMatch(/the disk of GATEHOUSE_STORE \(.*store\.db\) is full/);
    expect(existsSync(join(at, 'keys'))).toBe(false);

    await disk.makeRoom();
    expect((await gatehouse(at, ['bootstrap'], env, disk.inside)).code).toBe(0);
    await disk.fill();
    const { code, out, err } = await gatehouse(at, ['serve'], env, disk.inside);
    expect(err).toMatch(sentence);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/the disk of GATEHOUSE_STORE \(.*store\.db\) is full/);
  });

  test('stops the start in a sentence where it is read-only', async () => {
    const env = { GATEHOUSE_STORE: `sqlite:${disk.folder}/store.db` };
    expect((await gatehouse(at, ['bootstrap'], env, disk.inside)).code).toBe(0);
    await disk.makeReadOnly();
    const elsewhere = { GATEHOUSE_STORE: `sqlite:${disk.folder}/new/store.db` };
    const cases = [env, elsewhere].flatMap((settings) =>
      commands.map((command) => gatehouse(at, [command], settings, disk.inside)),
    );
    for (const { code, out, err } of await Promise.all(cases)) {
      expect(err).toMatch(sentence);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(/GATEHOUSE_STORE points at .*store\.db, which can't be written/);
    }
  });
});
