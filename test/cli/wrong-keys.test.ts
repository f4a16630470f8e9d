/** A store under other sealing keys than the available ones: every command reports that and exits, on each kind of store. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gatehouse } from '../support/gatehouse.js';
import { freePort } from '../support/host/free-port.js';
import { temporaryDatabase } from '../support/mongod.js';

const root = join(import.meta.dirname, '../..');

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.mjs')]);
});

/** One for each path to a store: `bootstrap` and `serve` prepare a realm, the others read one. */
const COMMANDS = [
  ['serve'],
  ['bootstrap'],
  ['user', 'show', 'admin'],
  ['keys', 'list'],
  ['keys', 'reseal', '--again'],
  ['client', 'list'],
  ['assignments', 'user', 'admin'],
  ['decide', 'admin', 'users:read', '--at', 'urn:gatehouse:api'],
  ['explain', 'token', 'x'],
  ['dry-run', 'realm.yaml'],
];

const pairs = <T>(all: readonly T[]): T[][] => all.flatMap((_, at) => (at % 2 === 0 ? [all.slice(at, at + 2)] : []));

describe.each(['sqlite', 'mongodb'] as const)('on %s, with other keys than the store was sealed with', (kind) => {
  const database = temporaryDatabase();
  let at: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    at = await mkdtemp(join(tmpdir(), 'gatehouse-wrong-keys-'));
    env = {
      ...(kind === 'mongodb' && { GATEHOUSE_STORE: database.url }),
      GATEHOUSE_ISSUER: `http://localhost:${await freePort()}`,
    };
    expect(await gatehouse(at, ['bootstrap'], env)).toMatchObject({ code: 0, err: '' });
    await writeFile(join(at, 'realm.yaml'), 'roles: []\n');
    // The same id with other content: this is not noticed before something is opened with it.
    await mkdir(join(at, 'same-id'));
    await writeFile(join(at, 'same-id/0001.key'), Buffer.alloc(32, 7), { mode: 0o600 });
    await mkdir(join(at, 'other-id'));
    await copyFile(join(at, 'same-id/0001.key'), join(at, 'other-id/0009.key'));
  });
  afterAll(async () => {
    if (kind === 'mongodb') await database.drop();
    await rm(at, { recursive: true, force: true });
  });

  test.each([
    ['same-id', COMMANDS],
    ['other-id', COMMANDS.slice(0, 2)],
  ])('(%s) every command says so in one sentence, and ends', async (keys, commands) => {
    for (const two of pairs(commands)) {
      const ended = two.map((command) => gatehouse(at, command, { ...env, GATEHOUSE_KEYS: keys }));
      for (const [i, one] of (await Promise.all(ended)).entries()) {
        // For `decide`, 1 is an answer.
        const code = two[i]?.[0] === 'decide' ? 3 : 1;
        expect(one).toEqual({
          ...{ code, out: '' },
          err: expect.stringMatching(/^GATEHOUSE_KEYS does not hold the key this store was sealed with\.[^\n]*\n$/),
        });
      }
    }
    expect(await readdir(join(at, keys))).toHaveLength(1);
  });
});
