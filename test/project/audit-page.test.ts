import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { auditPage } from '../../scripts/audit-page/audit-page.js';
import { KINDS_BY_TOPIC } from '../../src/audit/kinds.js';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { blocksOf } from '../support/documents.js';

test('docs/audit.md lists the kinds as scripts/audit-page.ts makes them of the registry', async () => {
  const page = await readFile('docs/audit.md', 'utf8');
  expect(page).toBe(auditPage(page, KINDS_BY_TOPIC));
});

test.each(['docs/audit.md', 'docs/authzen.md'])('each fragment of a realm file in %s is one', async (path) => {
  const blocks = blocksOf(await readFile(path, 'utf8'), 'yaml realm');
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) expect(readRealmFile(block)).toMatchObject({ ok: true });
});
