/** docs/claims.md shows valid mappings, and omits nothing. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { OVER_BUDGET, USUAL_TOKEN_BYTES } from '../../src/base/token-budget.js';
import { COMPUTED_CLAIM_NAMES } from '../../src/realm/claims/computed-claims.js';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { blocksOf } from '../support/documents.js';

const page = await readFile(join(import.meta.dirname, '../../docs/claims.md'), 'utf8');

test('each fragment of a realm file is one', () => {
  expect(blocksOf(page, 'yaml realm')).toHaveLength(1);
  for (const block of blocksOf(page, 'yaml realm')) expect(readRealmFile(block)).toMatchObject({ ok: true });
});

test('each value, each rule and the usual budget is there', () => {
  for (const name of [...COMPUTED_CLAIM_NAMES, ...OVER_BUDGET]) expect(page).toContain(`\`${name}\``);
  expect(page).toContain(`${USUAL_TOKEN_BYTES} by default`);
});
