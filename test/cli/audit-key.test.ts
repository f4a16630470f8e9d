/** The audit key in the folder of keys: who makes it, and what a host without it, or with another one, is told. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../../src/app/open-engine.js';
import { auditKeyChecks } from '../../src/audit/audit-key-check.js';
import { now } from '../../src/base/clock.js';
import { gatehouse } from '../support/gatehouse.js';
import { freePort } from '../support/host/free-port.js';
import { temporaryDatabase } from '../support/mongod.js';
import { smallDisk } from '../support/small-disk.js';

/** One for each way in: `serve` and `bootstrap` prepare a realm, the others read one. */
const COMMANDS = [['serve'], ['bootstrap'], ['keys', 'list'], ['user', 'show', 'admin']];

describe.each(['sqlite', 'mongodb'] as const)('on %s', (kind) => {
  const database = temporaryDatabase();
  let at: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    at = await mkdtemp(join(tmpdir(), 'gatehouse-audit-key-'));
    env = {
      // As a whole path: a command that enters a namespace runs in another folder.
      GATEHOUSE_STORE: kind === 'mongodb' ? database.url : `sqlite:${join(at, 'data/gatehouse.db')}`,
      GATEHOUSE_ISSUER: `http://localhost:${await freePort()}`,
    };
    expect(await gatehouse(at, ['bootstrap'], env)).toMatchObject({ code: 0, err: '' });
  });
  afterAll(async () => {
    if (kind === 'mongodb') await database.drop();
    await rm(at, { recursive: true, force: true });
  });

  /** The store as a version without audit key left it. */
  async function forgetAuditKey(): Promise<void> {
    const engine = await openEngine(
      kind === 'mongodb' ? { kind, url: database.url } : { kind, path: join(at, 'data/gatehouse.db') },
    );
    await engine.write(
      [{ at: { spec: auditKeyChecks, realm: '' }, kind: 'remove', id: 'audit-key', condition: {} }],
      now(),
    );
    await engine.close();
  }
  /** A folder of keys with the sealing key only. */
  async function keysOfAnotherHost(name: string): Promise<string> {
    await mkdir(join(at, name));
    await copyFile(join(at, 'keys/0001.key'), join(at, name, '0001.key'));
    return join(at, name);
  }

  test('bootstrap makes the key, and every command finds it', async () => {
    expect((await readdir(join(at, 'keys'))).sort()).toEqual(['0001.audit-key', '0001.key']);
    expect((await stat(join(at, 'keys/0001.audit-key'))).mode & 0o777).toBe(0o600);
    const listed = await gatehouse(at, ['keys', 'list'], env);
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(listed.out).toMatch(/^audit +Ed25519 +0001 +signs *$/m);
  });

  test('a host without the key is told which file to copy from where, and makes none', async () => {
    const keys = await keysOfAnotherHost('without');
    for (const command of COMMANDS) {
      expect(await gatehouse(at, command, { ...env, GATEHOUSE_KEYS: keys })).toEqual({
        ...{ code: 1, out: '' },
        err: expect.stringMatching(
          /^GATEHOUSE_KEYS does not hold the audit key of this store, 0001\.audit-key\. Copy it from a host[^\n]*\n$/,
        ),
      });
    }
    expect(await readdir(keys)).toEqual(['0001.key']);
    await copyFile(join(at, 'keys/0001.audit-key'), join(keys, '0001.audit-key'));
    expect(await gatehouse(at, ['keys', 'list'], { ...env, GATEHOUSE_KEYS: keys })).toMatchObject({ code: 0, err: '' });
  });

  test('a host with another key of this name is told to replace it', async () => {
    const keys = await keysOfAnotherHost('another');
    await writeFile(join(keys, '0001.audit-key'), Buffer.alloc(32, 7), { mode: 0o600 });
    for (const command of COMMANDS) {
      expect(await gatehouse(at, command, { ...env, GATEHOUSE_KEYS: keys })).toEqual({
        ...{ code: 1, out: '' },
        err: expect.stringMatching(/^GATEHOUSE_KEYS holds another 0001\.audit-key than [^\n]* Replace it[^\n]*\n$/),
      });
    }
  });

  test('a second key signs from the next start, beside the first, which has to stay', async () => {
    const keys = join(at, 'two');
    await cp(join(at, 'keys'), keys, { recursive: true });
    await writeFile(join(keys, '0002.audit-key'), Buffer.alloc(32, 2), { mode: 0o600 });
    const listed = await gatehouse(at, ['keys', 'list'], { ...env, GATEHOUSE_KEYS: keys });
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(listed.out).toMatch(/^audit +Ed25519 +0002 +signs *\naudit +Ed25519 +0001 +verifies *$/m);
    await rm(join(keys, '0001.audit-key'));
    const refused = await gatehouse(at, ['keys', 'list'], { ...env, GATEHOUSE_KEYS: keys });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('0001.audit-key. Copy it') as unknown });
  });

  test('a store of a version without audit key gets one at the first start, and the other hosts the same', async () => {
    await forgetAuditKey();
    const upgraded = await keysOfAnotherHost('upgraded');
    expect(await gatehouse(at, ['keys', 'list'], { ...env, GATEHOUSE_KEYS: upgraded })).toMatchObject({ code: 0 });
    const made = await readFile(join(upgraded, '0001.audit-key'));
    expect(made).toHaveLength(32);
    expect(made).not.toEqual(await readFile(join(at, 'keys/0001.audit-key')));
    // What this host made before is not the key of the store any more.
    expect(await gatehouse(at, ['keys', 'list'], env)).toMatchObject({
      ...{ code: 1, out: '' },
      err: expect.stringContaining('Replace it') as unknown,
    });
    await copyFile(join(upgraded, '0001.audit-key'), join(at, 'keys/0001.audit-key'));
    expect(await gatehouse(at, ['keys', 'list'], env)).toMatchObject({ code: 0, err: '' });
  });

  test('where the folder is read-only the first start says what to put there, and takes it then', async () => {
    await forgetAuditKey();
    const disk = await smallDisk('1m');
    try {
      const key = await readFile(join(at, 'keys/0001.key'));
      await writeFile(disk.path('0001.key'), key, { mode: 0o600 });
      await disk.makeReadOnly();
      const readOnly = { ...env, GATEHOUSE_KEYS: disk.folder };
      for (const command of COMMANDS) {
        expect(await gatehouse(at, command, readOnly, disk.inside)).toEqual({
          ...{ code: 1, out: '' },
          err: expect.stringMatching(
            /^GATEHOUSE_KEYS \([^\n]*holds no audit key, and none can be written there[^\n]*0001\.audit-key[^\n]*\n$/,
          ),
        });
      }
    } finally {
      await disk.end();
    }
    expect(await gatehouse(at, ['keys', 'list'], env)).toMatchObject({ code: 0, err: '' });
  });
});
