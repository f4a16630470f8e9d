import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { KEY_USES } from '../../src/realm/keys/key-ring.js';
import { openSqlite } from '../../src/storage/sqlite/open-sqlite.js';
import { COPY, storeCopies } from '../../src/storage/migration/unfinished-copy.js';
import { gatehouse } from '../support/gatehouse.js';
import { freePort } from '../support/host/free-port.js';

const root = join(import.meta.dirname, '../..');
const sentence = /^[A-Z-][^\n]*\.\n$/;
const SECRET = 'never-to-be-shown';

let at: string;
/** A new store and its keys. */
let bootstrapped: string;
beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.mjs')]);
  bootstrapped = await mkdtemp(join(tmpdir(), 'gatehouse-copy-'));
  expect(await gatehouse(bootstrapped, ['bootstrap'])).toMatchObject({ code: 0 });
});
beforeEach(async () => {
  at = await mkdtemp(join(tmpdir(), 'gatehouse-copy-'));
  await cp(bootstrapped, at, { recursive: true });
});
afterEach(() => rm(at, { recursive: true, force: true }));
afterAll(() => rm(bootstrapped, { recursive: true, force: true }));
const copy = (to: string, env: Readonly<Record<string, string>> = {}) =>
  gatehouse(at, ['store', 'copy', '--to', to], env);

describe('gatehouse store backup', () => {
  test('writes the store to a new file, which is a store, and never over another', async () => {
    const args = ['store', 'backup', '--to', 'sqlite:kept.db'];
    expect(await gatehouse(at, args)).toMatchObject({
      ...{ code: 0, err: '' },
      out: expect.stringMatching(/^sqlite:kept\.db holds sqlite:data\/gatehouse\.db as it was just now\.\n/) as unknown,
    });
    expect(await gatehouse(at, ['bootstrap'], { GATEHOUSE_STORE: 'sqlite:kept.db' })).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(await gatehouse(at, args)).toEqual({
      ...{ code: 1, out: '' },
      err: '--to points at kept.db, which is there already. Name a file that does not exist yet.\n',
    });
  });

  test('is not for a MongoDB, and says what is', async () => {
    const url = `mongodb://u:${SECRET}@127.0.0.1:1/x`;
    for (const [from, to] of [
      [url, 'sqlite:kept.db'],
      ['sqlite:data/gatehouse.db', url],
    ] as const) {
      const { code, err } = await gatehouse(at, ['store', 'backup', '--to', to], { GATEHOUSE_STORE: from });
      expect(code).toBe(1);
      expect(err).toMatch(sentence);
      expect(err).toContain('docs/storage.md');
      expect(err).not.toContain(SECRET);
    }
  });
});

describe('gatehouse store copy', () => {
  test('copies the store, says what it copied and what to do then, and leaves the old one to the byte', async () => {
    const before = await readFile(join(at, 'data/gatehouse.db'));
    const { code, out, err } = await copy('sqlite:other/new.db');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^users +1 {2}[0-9a-f]{12}$/m);
    expect(out).toMatch(new RegExp(`^keyRings +${KEY_USES.length} {2}[0-9a-f]{12}$`, 'm'));
    expect(out).toMatch(
      /^sqlite:data\/gatehouse\.db and sqlite:other\/new\.db hold the same \d+ documents, by count and hash\.\nNow set GATEHOUSE_STORE .*\.\n$/m,
    );
    expect(out).not.toMatch(/changeMarkers|storeCopies/);
    expect(await readFile(join(at, 'data/gatehouse.db'))).toEqual(before);
    expect((await stat(join(at, 'other/new.db'))).mode & 0o777).toBe(0o600);
    // It is a whole store, under the same keys: there is nothing left to make.
    const env = { GATEHOUSE_STORE: 'sqlite:other/new.db' };
    expect(await gatehouse(at, ['bootstrap'], env)).toEqual({ code: 0, out: '', err: '' });
  });

  test('takes the address from the environment or from a secret file, so that it need not be shown', async () => {
    expect(await copy('${NEW_STORE}', { NEW_STORE: 'sqlite:b.db' })).toMatchObject({ code: 0, err: '' });
    await mkdir(join(at, 'keys/secrets'), { mode: 0o700 });
    await writeFile(join(at, 'keys/secrets/new-store'), 'sqlite:c.db\n', { mode: 0o600 });
    expect(await copy('${file:new-store}')).toMatchObject({ code: 0, err: '' });
    expect((await readdir(at)).filter((name) => name.endsWith('.db'))).toEqual(['b.db', 'c.db']);
  });

  test.each([
    ['${NEW_STORE}', {}, 'The environment variable NEW_STORE is not set.'],
    ['${file:new-store}', {}, 'There is no file keys/secrets/new-store.'],
    ['${GATEHOUSE_STORE}', {}, '--to names the address as ${file:NAME}'],
    ['elsewhere', {}, '--to must be sqlite:PATH'],
    ['${NEW_STORE}', { NEW_STORE: `mongo://u:${SECRET}@host` }, '--to must be sqlite:PATH'],
    ['sqlite:data/gatehouse.db', {}, '--to must be another store than GATEHOUSE_STORE.'],
    ['sqlite:./data/../data/gatehouse.db', {}, 'holds this store already'],
    [
      `mongodb://u:${SECRET}@127.0.0.1:1/x`,
      {},
      "MongoDB at 127.0.0.1:1 can't be reached, or has no primary. Start it, or mend --to",
    ],
    [`mongodb://u:${SECRET}@[/x`, {}, '--to points at MongoDB'],
    ['sqlite:theirs.db', {}, '--to points at theirs.db, which belongs to another application.'],
    [
      'sqlite:new.db',
      { GATEHOUSE_STORE: 'sqlite:missing.db' },
      'GATEHOUSE_STORE points at missing.db, where there is no store.',
    ],
  ])('refuses to copy to %s with %j in a sentence, and shows no password', async (to, env, said) => {
    const theirs = new DatabaseSync(join(at, 'theirs.db'));
    theirs.exec('CREATE TABLE t(a)');
    theirs.close();
    const before = await readdir(at);
    const { code, out, err } = await copy(to, env);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(sentence);
    expect(err).toContain(said);
    expect(err).not.toContain(SECRET);
    expect(await readdir(at)).toEqual(before);
  });

  test.each([
    [['store']],
    [['store', 'cpoy']],
    [['store', 'copy']],
    [['store', 'copy', '--to']],
    [['store', 'copy', '--to', '']],
    [['store', 'copy', `mongodb://u:${SECRET}@host/x`]],
    [['store', 'copy', '--to', 'sqlite:a', '--to', 'sqlite:b']],
    [['store', 'copy', '--to', 'sqlite:a', '--force']],
    [['store', 'move', '--to', `mongodb://u:${SECRET}@host/x`]],
    [['sotre', 'copy', `--to=mongodb://u:${SECRET}@host/x`]],
  ])('is not understood as %j, which ends with 2 and where to find help', async (args) => {
    const { code, out, err } = await gatehouse(at, args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/gatehouse help|store copy --to ADDRESS/);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).not.toContain(SECRET);
  });

  test('that was not finished leaves a store that serve and bootstrap refuse, and for which no key is made', async () => {
    const engine = await openSqlite(join(at, 'half.db'));
    await engine.prepare([storeCopies]);
    const document = { id: COPY, source: 'a store', run: 'a run', startedAt: 1 };
    await engine.write([{ at: { spec: storeCopies, realm: '' }, kind: 'insert', document }], 1);
    await engine.close();
    const env = { GATEHOUSE_STORE: 'sqlite:half.db', GATEHOUSE_ISSUER: `http://localhost:${await freePort()}` };
    for (const command of ['bootstrap', 'serve']) {
      const { code, out, err } = await gatehouse(at, [command], env);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(/^GATEHOUSE_STORE holds a copy that was not finished: run .* again, or empty it\.\n$/);
    }
    await rename(join(at, 'keys'), join(at, 'kept'));
    expect(await gatehouse(at, ['bootstrap'], env)).toMatchObject({ code: 1 });
    await expect(readdir(join(at, 'keys'))).rejects.toThrow('ENOENT');
  });
});
