/** docs/defaults.md names no test that is not there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/defaults.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| (?:---|matter) /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('each row has its cells, and names at least one test', () => {
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) {
    expect(row).toHaveLength(7);
    expect(row[5]).toMatch(/^(`test\/[^`]+` “[^”]+”(<br>|$))+$/);
  }
});

test.each(rows.map((row) => [row[1] ?? '', row[5] ?? ''] as const))(
  'the tests of %s are there',
  async (_matter, cell) => {
    for (const [, file = '', title = ''] of cell.matchAll(/`([^`]+)` “([^”]+)”/g)) {
      expect(await readFile(join(root, file), 'utf8')).toContain(title);
    }
  },
);
