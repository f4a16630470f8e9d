/** docs/applications: each recipe is run by `./scripts/strangers`, each is in the index, and the realm file that it shows is one. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { realmFileSchema } from '../../src/realm-file/read/schema.js';
import { readRecipe } from '../strangers/harness/recipe.js';

const root = join(import.meta.dirname, '../..');
const docs = join(root, 'docs/applications');
const pages = (await readdir(docs)).filter((file) => file !== 'README.md').map((file) => file.replace(/\.md$/, ''));

test.each(pages)('%s is run as its page says', (name) => {
  expect(existsSync(join(root, 'test/strangers', name, 'stranger.ts'))).toBe(true);
});

test('every application that is run has a page', async () => {
  const folders = (await readdir(join(root, 'test/strangers'))).filter((folder) => folder !== 'harness');
  const run = folders.filter((folder) => existsSync(join(root, 'test/strangers', folder, 'stranger.ts')));
  expect(run.sort()).toEqual(pages.sort());
});

test('the index leads to every page', async () => {
  const index = await readFile(join(docs, 'README.md'), 'utf8');
  expect([...index.matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, name]) => name).sort()).toEqual(pages.sort());
});

test.each(pages)('the realm file of %s has no field that a realm file lacks', async (name) => {
  const recipe = await readRecipe(name, new Map());
  const read = realmFileSchema.safeParse(parse(await recipe.realmFile()));
  expect(read.error?.issues ?? []).toEqual([]);
});
