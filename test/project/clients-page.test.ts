/** docs/clients.md promises nothing that does not work: its realm file is applied, and its commands are typed. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ask } from '../support/application.js';
import { blocksOf, typed } from '../support/documents.js';
import { program } from '../support/gatehouse.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';

const page = await readFile(join(import.meta.dirname, '../../docs/clients.md'), 'utf8');

const host = useHost({ realm: blocksOf(page, 'yaml realm').join('\n') });

function type(mark: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const [block, more] = blocksOf(page, `sh run ${mark}`);
  if (block === undefined || more !== undefined) throw new Error(`There is not one block marked "${mark}".`);
  const settings = { GATEHOUSE_STORE: host.storeAddress, GATEHOUSE_KEYS: host.keysFolder, NODE_NO_WARNINGS: '1' };
  const shell = `gatehouse() { "${process.execPath}" "${program}" "$@"; }\n${block}`;
  return typed(shell, {}, { ...settings, ...env });
}

test.each([
  ['shop', 'https://shop.example.com/callback'],
  ['bank', 'https://bank.example.com/callback'],
  ['map', 'https://map.example.com/'],
  ['notes', 'http://127.0.0.1:41234/callback'],
  ['notes', 'com.example.notes:/callback'],
])('%s may ask its people to sign in, and to come back to %s', async (id, redirectUri) => {
  expect((await new Visitor().visit(ask(host, { id, redirectUri }).url)).heading).toMatch(/Sign in/);
});

test('a secret is followed by another one', async () => {
  const [, first = ''] = (await type('list')).trim().split('\n');
  expect(await type('add')).toMatch(/^Secret \S+ of client shop, shown this once:\n\S{43}\n$/);
  expect(await type('remove', { OLD: first.split(' ')[0] ?? '' })).toMatch(/is good until/);
  expect((await type('list')).trim().split('\n')).toHaveLength(3);
  expect(await type('show')).toMatch(/subjectType: +pairwise/);
});
