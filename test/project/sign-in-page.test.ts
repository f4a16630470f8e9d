/** docs/sign-in.md says nothing of settings that is not so. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import { blocksOf } from '../support/documents.js';

const page = await readFile(join(import.meta.dirname, '../../docs/sign-in.md'), 'utf8');

test('each fragment of a realm file is one', () => {
  for (const block of blocksOf(page, 'yaml realm')) expect(readRealmFile(block)).toMatchObject({ ok: true });
});

test('the limits it calls the defaults are', () => {
  const [block = ''] = blocksOf(page, 'yaml realm');
  const read = readRealmFile(block);
  const { session, rememberedSession } = settingsInput.parse({});
  expect(read).toMatchObject({ value: { content: { settings: { session, rememberedSession } } } });
});
