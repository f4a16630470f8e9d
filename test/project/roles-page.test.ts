/** docs/roles.md shows valid roles. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { commandsUnder } from '../../src/cli/manual/manual.js';
import { bring, emptyRealm, type EmptyRealm } from '../realm-file/realm.js';
import { blocksOf } from '../support/documents.js';

const page = await readFile(join(import.meta.dirname, '../../docs/roles.md'), 'utf8');
let realm: EmptyRealm;
beforeAll(async () => {
  realm = await emptyRealm();
});
afterAll(() => realm.close());

test('its realm file can be applied as it stands', async () => {
  const [block = ''] = blocksOf(page, 'yaml realm');
  expect(await bring(realm.parts, block, { makeSecrets: true })).toEqual([]);
});

test('its commands are those of the help', () => {
  const commands = [...page.matchAll(/`gatehouse ([a-z-]+)/g)].map(([, name = '']) => name);
  expect(commands.length).toBeGreaterThan(6);
  for (const command of commands) expect([command, commandsUnder([command]).length > 0]).toEqual([command, true]);
});
