import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { auditPage } from '../../scripts/audit-page/audit-page.js';
import { KINDS_BY_TOPIC } from '../../src/audit/kinds.js';

test('docs/audit.md lists the kinds as scripts/audit-page.ts makes them of the registry', async () => {
  const page = await readFile('docs/audit.md', 'utf8');
  expect(page).toBe(auditPage(page, KINDS_BY_TOPIC));
});
