/** docs/erase-a-person.md is true: its commands are run here, and its tables name every kind of document that a store has. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SPECS } from '../../src/app/modules.js';
import { OWN_SPECS } from '../../src/storage/open-store.js';
import { blocksOf, typed } from '../support/documents.js';
import { program } from '../support/gatehouse.js';
import { useHost } from '../support/host/use-host.js';

const page = await readFile(join(import.meta.dirname, '../../docs/erase-a-person.md'), 'utf8');

describe.each(['sqlite', 'mongodb'] as const)('on %s,', (store) => {
  const host = useHost({ store, users: [{ username: 'carol', email: 'carol@people.test', emailVerified: true }] });
  const ran = new Set<string>();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-page-'));
    await mkdir(join(folder, 'backup'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    const others = store === 'sqlite' ? [] : blocksOf(page, 'sh run rewrite');
    const left = blocksOf(page, 'sh run [a-z ]+').filter((each) => !ran.has(each));
    expect(left).toEqual(others);
  });

  function type(mark: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const [block, more] = blocksOf(page, `sh run ${mark}`);
    if (block === undefined || more !== undefined) throw new Error(`There is not one block marked "${mark}".`);
    ran.add(block);
    const settings = { GATEHOUSE_STORE: host.storeAddress, GATEHOUSE_KEYS: host.keysFolder, NODE_NO_WARNINGS: '1' };
    // What the page lets a reader see is on either output.
    const shell = `exec 2>&1\ngatehouse() { "${process.execPath}" "${program}" "$@"; }\n${block}`;
    return typed(shell, { '/backup': join(folder, 'backup') }, { ...settings, ...env });
  }

  test('what it says is what happens', async () => {
    const [, id = ''] = /\(id (\S+)\) would be erased for ever/.exec(await type('show')) ?? [];
    expect((await host.command('user', 'show', 'carol')).code).toBe(0);
    expect(await type('erase')).toContain(`The id ${id} is never used again`);
    expect((await host.command('user', 'show', 'carol')).code).toBe(1);
    expect(await type('by id', { ID: id })).toContain(`The person with the id ${id} was erased at`);
    expect(await type('verify')).toContain('nothing is wrong');
    if (store === 'sqlite') await type('rewrite');
    const copy =
      store === 'sqlite' ? await readFile(join(folder, 'backup/after-erasure.db'), 'latin1') : await host.dump();
    // For an hour the name is reserved against lookalikes, as the page says.
    expect([copy.includes('carol@people.test'), copy.includes(id)]).toEqual([false, true]);
  });

  test('somebody whose account was deleted before is erased by id', async () => {
    const made = await host.command('user', 'create', 'dave', '--id', 'dave-4711');
    expect(made.code).toBe(0);
    await host.command('user', 'delete', 'dave', '--yes');
    expect(await type('by id', { ID: 'dave-4711' })).toContain('The removed user is erased');
  });
});

test('every kind of document is classified once, and no other', () => {
  const rows = [...page.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\|/gm)];
  const classified = rows.flatMap(([, kinds = '']) => [...kinds.matchAll(/`(\w+)`/g)].map(([, kind]) => kind));
  const known = [...SPECS, ...OWN_SPECS].map(({ name }) => name);
  expect(classified.sort()).toEqual(known.sort());
});
