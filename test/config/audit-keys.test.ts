import { beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFirstAuditSecret, readAuditSecrets } from '../../src/config/audit-keys.js';
import { makeNextSealingKey, readSealingKeys } from '../../src/config/sealing-keys.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-audit-keys-'));
});

async function keyFile(name: string, { bytes = 32, mode = 0o600, fill = 1 } = {}): Promise<void> {
  await writeFile(join(folder, name), Buffer.alloc(bytes, fill));
  await chmod(join(folder, name), mode);
}

describe('the audit keys of the folder', () => {
  test('begin with the one whose id sorts last, which signs', async () => {
    await keyFile('0001.audit-key', { fill: 1 });
    await keyFile('0002.audit-key', { fill: 2 });
    await keyFile('0001-b.audit-key', { fill: 3 });
    expect((await readAuditSecrets(folder)).map(({ id, secret }) => [id, secret[0]])).toEqual([
      ['0002', 2],
      ['0001-b', 3],
      ['0001', 1],
    ]);
  });

  test('are no sealing keys, nor are those audit keys', async () => {
    await keyFile('0001.key', { fill: 1 });
    await keyFile('0009.audit-key', { fill: 9 });
    await mkdir(join(folder, 'secrets'));
    expect((await readSealingKeys(folder)).map(({ id }) => id)).toEqual(['0001']);
    expect((await readAuditSecrets(folder)).map(({ id }) => id)).toEqual(['0009']);
    expect(await makeNextSealingKey(folder)).toBe('0002');
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['that everybody can read', () => keyFile('0001.audit-key', { mode: 0o444 }), '0600'],
    ['that its group can write', () => keyFile('0001.audit-key', { mode: 0o660 }), '0600'],
    ['that is too short', () => keyFile('0001.audit-key', { bytes: 31 }), '32 bytes'],
    ['that is too long', () => keyFile('0001.audit-key', { bytes: 33 }), '32 bytes'],
    ['that is empty', () => keyFile('0001.audit-key', { bytes: 0 }), '32 bytes'],
    ['that is a folder', () => mkdir(join(folder, '0001.audit-key')), 'plain file'],
    [
      'that is a link',
      async () => {
        await keyFile('elsewhere');
        await symlink(join(folder, 'elsewhere'), join(folder, '0001.audit-key'));
      },
      'plain file',
    ],
  ])('an audit key %s is refused in one sentence', async (_what, arrange, wanted) => {
    await arrange();
    await expect(readAuditSecrets(folder)).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringMatching(new RegExp(`^GATEHOUSE_KEYS[^\\n]*0001.audit-key[^\\n]*${wanted}[^\\n]*\\.$`)),
    });
  });

  test.each(['a.b.audit-key', '.audit-key', 'ä.audit-key'])(
    'a file named %s is refused beside the keys',
    async (name) => {
      await keyFile('0001.key');
      await keyFile(name);
      await expect(readSealingKeys(folder)).rejects.toThrow('<key id>.audit-key');
    },
  );

  test.each([0o400, 0o440, 0o640])('a key of mode %o of a group of this process is taken', async (mode) => {
    await keyFile('0001.audit-key', { mode });
    expect(await readAuditSecrets(folder)).toHaveLength(1);
  });

  test('the links of a Kubernetes volume are followed', async () => {
    const version = join(folder, '..2026_11_29');
    await mkdir(version);
    await writeFile(join(version, '0001.audit-key'), Buffer.alloc(32, 5), { mode: 0o440 });
    await symlink('..2026_11_29', join(folder, '..data'));
    await symlink('..data/0001.audit-key', join(folder, '0001.audit-key'));
    expect((await readAuditSecrets(folder)).map(({ id, secret }) => [id, secret[0]])).toEqual([['0001', 5]]);
  });

  test('the first is random, is read by its owner only, and stays when another is asked for', async () => {
    expect(await readAuditSecrets(folder)).toEqual([]);
    await makeFirstAuditSecret(folder);
    const secrets = await readAuditSecrets(folder);
    expect(secrets.map(({ id, secret }) => [id, secret.length])).toEqual([['0001', 32]]);
    expect((await stat(join(folder, '0001.audit-key'))).mode & 0o777).toBe(0o600);
    await makeFirstAuditSecret(folder);
    expect(await readAuditSecrets(folder)).toEqual(secrets);
    const other = await mkdtemp(join(tmpdir(), 'gatehouse-audit-keys-'));
    await makeFirstAuditSecret(other);
    expect(await readAuditSecrets(other)).not.toEqual(secrets);
  });

  test('many processes and callers that make the first at once get one', async () => {
    const at = String(Date.now() + 1500);
    const run = promisify(execFile);
    const script = ['--import', './test/support/typescript-child.mjs', 'test/config/make-key.ts', folder, at, 'audit'];
    const [one, two] = await Promise.all([
      run(process.execPath, script),
      run(process.execPath, script),
      ...Array.from({ length: 20 }, () => makeFirstAuditSecret(folder)),
    ]);
    expect(one.stdout).toBe(two.stdout);
    expect(await readdir(folder)).toEqual(['0001.audit-key']);
  });

  test('a folder that takes no file is refused with what to put there', async () => {
    // Nobody can create a file there, root included.
    await expect(makeFirstAuditSecret('/proc/self/fdinfo')).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringMatching(
        /^GATEHOUSE_KEYS \(\/proc\/self\/fdinfo\) holds no audit key.*same on every host.*head -c 32 \/dev\/urandom > 0001\.audit-key/,
      ),
    });
  });
});
