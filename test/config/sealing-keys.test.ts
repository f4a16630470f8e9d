import { beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bePrivate, tooOpen } from '../../src/config/private-file.js';
import { findSealingKey, hasSealingKey, makeFirstSealingKey, readSealingKeys } from '../../src/config/sealing-keys.js';
import { writeOnce } from '../../src/config/write-once.js';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'gatehouse-keys-')), 'keys');
});

async function keyFile(name: string, { bytes = 32, mode = 0o600, fill = 1 } = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), Buffer.alloc(bytes, fill));
  await chmod(join(folder, name), mode);
}

describe('the folder of sealing keys', () => {
  test('gives the key whose id sorts last first: it seals, the others open', async () => {
    await keyFile('0002.key', { fill: 2 });
    await keyFile('0001.key', { fill: 1 });
    await keyFile('0001-b.key', { fill: 3 });
    await mkdir(join(folder, 'secrets'));
    expect((await readSealingKeys(folder)).map(({ id, key }) => [id, key[0]])).toEqual([
      ['0002', 2],
      ['0001-b', 3],
      ['0001', 1],
    ]);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['is empty', () => mkdir(folder), 'sealing key'],
    ['is not there', async () => undefined, 'sealing key'],
    ['is a file', () => writeFile(folder, ''), 'folder'],
    ['holds a key that everybody can read', () => keyFile('0001.key', { mode: 0o444 }), '0600'],
    ['holds a key that its group can write', () => keyFile('0001.key', { mode: 0o660 }), '0600'],
    ['holds a key that is too short', () => keyFile('0001.key', { bytes: 31 }), '32 bytes'],
    ['holds a key that is too long', () => keyFile('0001.key', { bytes: 33 }), '32 bytes'],
    ['holds an empty key', () => keyFile('0001.key', { bytes: 0 }), '32 bytes'],
    ['holds a foreign file', () => keyFile('README'), '<key id>.key'],
    ['holds a key whose id has a dot', () => keyFile('a.b.key'), '<key id>.key'],
    ['holds a folder called like a key', () => mkdir(join(folder, '0001.key'), { recursive: true }), 'plain file'],
    [
      'holds a link to a key',
      async () => {
        await keyFile('0001.key');
        await symlink(join(folder, '0001.key'), join(folder, '0002.key'));
      },
      'plain file',
    ],
  ])('that %s is refused in one sentence', async (_what, arrange, wanted) => {
    await arrange();
    await expect(readSealingKeys(folder)).rejects.toMatchObject({
      code: 'bad-configuration',
      message: expect.stringMatching(new RegExp(`^GATEHOUSE_KEYS[^\\n]*${wanted}[^\\n]*\\.$`)),
    });
  });

  test.each([0o400, 0o440, 0o640])(
    'takes a key of mode %o of a group of this process, as a mounted secret is',
    async (mode) => {
      await keyFile('0001.key', { mode });
      expect(await readSealingKeys(folder)).toHaveLength(1);
      expect(findSealingKey(folder, '0001')).toMatchObject({ id: '0001' });
    },
  );

  test.each<[number, number, string | undefined]>([
    [0o600, 7, undefined],
    [0o400, 7, undefined],
    [0o440, 5, undefined],
    [0o640, 5, undefined],
    [0o440, 7, '0440 and group 7'],
    [0o640, 7, '0640 and group 7'],
    [0o444, 5, '0444'],
    [0o604, 5, '0604'],
    [0o660, 5, '0660'],
  ])('judges mode %o of group %i by the groups of the process', (mode, gid, said) => {
    const exposed = tooOpen({ mode: 0o100000 | mode, gid }, [5]);
    if (said === undefined) expect(exposed).toBeUndefined();
    else expect(exposed && bePrivate(exposed)).toContain(`it has ${said}`);
  });

  test('follows the links of a Kubernetes volume, and no other', async () => {
    const version = join(folder, '..2026_11_28');
    await mkdir(version, { recursive: true });
    await writeFile(join(version, '0001.key'), Buffer.alloc(32, 5), { mode: 0o440 });
    await symlink('..2026_11_28', join(folder, '..data'));
    await symlink('..data/0001.key', join(folder, '0001.key'));
    expect((await readSealingKeys(folder)).map(({ id, key }) => [id, key[0]])).toEqual([['0001', 5]]);
    expect(findSealingKey(folder, '0001')?.key[0]).toBe(5);
    const outside = join(folder, '../outside.key');
    await writeFile(outside, Buffer.alloc(32, 6), { mode: 0o600 });
    await symlink(outside, join(folder, '0002.key'));
    await expect(readSealingKeys(folder)).rejects.toThrow('must be a plain file');
    expect(() => findSealingKey(folder, '0002')).toThrow('must be a plain file');
  });

  test('gets a first key that only its owner reads, and never a second one', async () => {
    expect(await hasSealingKey(folder)).toBe(false);
    await makeFirstSealingKey(folder);
    const [key] = await readSealingKeys(folder);
    expect(key.key).toHaveLength(32);
    expect((await stat(join(folder, `${key.id}.key`))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    await makeFirstSealingKey(folder);
    expect(await readSealingKeys(folder)).toEqual([key]);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('gets one key when many processes and callers make the first at once', async () => {
    await mkdir(folder);
    const at = String(Date.now() + 1500);
    const run = promisify(execFile);
    const script = ['--import', './test/support/typescript-child.mjs', 'test/config/make-key.ts', folder, at];
    const [one, two] = await Promise.all([
      run(process.execPath, script),
      run(process.execPath, script),
      ...Array.from({ length: 20 }, () => makeFirstSealingKey(folder)),
    ]);
    expect(one.stdout).toBe(two.stdout);
    expect(await readdir(folder)).toEqual(['0001.key']);
  });

  test('keeps the file of the first writer, whoever comes after', async () => {
    await mkdir(folder);
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => writeOnce(folder, 'one', `writer ${i}`)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await readFile(join(folder, 'one'), 'utf8')).toBe(`writer ${outcomes.indexOf(true)}`);
    expect(await writeOnce(folder, 'one', 'late')).toBe(false);
    expect(await readFile(join(folder, 'one'), 'utf8')).toBe(`writer ${outcomes.indexOf(true)}`);
    expect(await readdir(folder)).toEqual(['one']);
  });

  test('is not misled by what a killed maker left', async () => {
    await keyFile('.unfinished-0011223344556677', { bytes: 3 });
    expect(await hasSealingKey(folder)).toBe(false);
    await makeFirstSealingKey(folder);
    expect(await readSealingKeys(folder)).toHaveLength(1);
  });
});
