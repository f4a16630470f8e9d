/** docs/limitations.md shows valid limitations. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { blocksOf } from '../support/documents.js';

const page = await readFile(join(import.meta.dirname, '../../docs/limitations.md'), 'utf8');

test('each fragment of a realm file is one', () => {
  expect(blocksOf(page, 'yaml realm')).toHaveLength(1);
  for (const block of blocksOf(page, 'yaml realm')) expect(readRealmFile(block)).toMatchObject({ ok: true });
});
