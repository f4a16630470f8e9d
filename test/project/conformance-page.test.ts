/** docs/conformance.md names no test that is not there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/conformance.md'), 'utf8');

/** The columns of each table: clause, behaviour, test. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|[ -]+\|/.test(line) && !/^\| clause +\|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

const named = rows.flatMap(([, clause = '', , shown = '']) =>
  [...shown.matchAll(/`([^`]+)` “([^”]+)”/g)].map(([, file = '', title = '']) => ({ clause, file, title })),
);
const files = [...new Set(named.map(({ file }) => file))];

describe('the page on conformance', () => {
  test('has three cells in each row, the last of which names tests or says that there are none', () => {
    expect(named.length).toBeGreaterThan(100);
    for (const row of rows) {
      expect(row).toHaveLength(5);
      expect(row[3]).toMatch(/^(`test\/[^`]+` “[^”]+”(<br>|$))+|^not (offered|tested)$/);
    }
  });

  test.each(files)('names tests of %s that are there', async (file) => {
    const source = await readFile(join(root, file), 'utf8');
    const titles = [...source.matchAll(/(['"`])((?:\\.|(?!\1).)+)\1/g)].map(([, , title = '']) => title);
    for (const { title } of named.filter((each) => each.file === file)) {
      expect(titles.filter((each) => each.includes(title))).not.toEqual([]);
    }
  });
});
