/** The commands on a disk that has no room: what they say is about `--to`, and what to do. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Ended, gatehouse } from '../support/gatehouse.js';
import { type SmallDisk, smallDisk } from '../support/small-disk.js';

const root = join(import.meta.dirname, '../..');
const KB = 2 ** 10;

let at: string;
let disk: SmallDisk;
beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.mjs')]);
  at = await mkdtemp(join(tmpdir(), 'gatehouse-copy-'));
  expect(await gatehouse(at, ['bootstrap'])).toMatchObject({ code: 0 });
});
beforeEach(async () => {
  disk = await smallDisk('8m');
});
afterEach(() => disk.end());
afterAll(() => rm(at, { recursive: true, force: true }));

const onDisk = (command: string): Promise<Ended> => {
  const env = { GATEHOUSE_STORE: `sqlite:${at}/data/gatehouse.db`, GATEHOUSE_KEYS: join(at, 'keys') };
  return gatehouse(at, ['store', command, '--to', `sqlite:${disk.folder}/new.db`], env, disk.inside);
};

test('a backup that finds no room says so, leaves nothing there, and can be made again', async () => {
  await disk.fill(64 * KB);
  expect(await onDisk('backup')).toEqual({
    ...{ code: 1, out: '' },
    err: `--to points at ${disk.folder}/new.db, which has no room on its disk. Make room there, and run it again.\n`,
  });
  expect(await readdir(disk.path('.'))).toEqual(['filler']);
  await disk.makeRoom();
  expect(await onDisk('backup')).toMatchObject({ code: 0, err: '' });
});

test.each([0, 64, 400])(
  'a copy that finds room for %d KB says which disk is full, and goes on when there is more',
  async (room) => {
    await disk.fill(room * KB);
    expect(await onDisk('copy')).toEqual({
      ...{ code: 1, out: '' },
      err:
        `The store does not answer: the disk of --to (${disk.folder}/new.db) is full; make room there: ` +
        'a server then goes on by itself, a command is to be run again.\n',
    });
    await disk.makeRoom();
    expect(await onDisk('copy')).toMatchObject({ code: 0, err: '' });
  },
);
