/** Every folder of the product says in its README.md what it is for, what it owns and what it must never do. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from '@jest/globals';
import { files as all, foldersOf, root } from './repository.js';

const files = all.filter((file) => /^(?:src|views)\//.test(file));
const folders = [...new Set(files.flatMap(foldersOf))].sort();
const headers = files.filter((file) => posix.basename(file) === 'README.md');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** A folder with fewer files, and none below it, is covered by the header of the folder above. */
const FEWEST_FILES = 3;
const MOST_LINES = 20;

function needsHeader(folder: string): boolean {
  if (isGathered(folder)) return false;
  const own = files.filter((file) => posix.dirname(file) === folder && !headers.includes(file));
  return own.length >= FEWEST_FILES || folders.some((other) => posix.dirname(other) === folder);
}

/** A file of the same name stands beside the folder and puts its files together: a language. */
const isGathered = (folder: string): boolean => files.includes(`${folder}.ts`);

/** The doc comment that begins a file, where it begins as the header of a folder does: `sessions: what lives because ...`. */
function headerAmongCode(file: string): string | undefined {
  const names = foldersOf(file).flatMap((folder) => [folder, folder.replace(/^src\//, ''), posix.basename(folder)]);
  const [, name = ''] = /^\/\*\*\n \* ([\w/-]+): /.exec(read(file)) ?? [];
  return names.includes(name) ? name : undefined;
}

test('there is one in every folder that is not covered by the one above', () => {
  expect(folders.length).toBeGreaterThan(90);
  const without = folders.filter((folder) => needsHeader(folder) && !headers.includes(`${folder}/README.md`));
  expect(without).toEqual([]);
});

test('each says what the folder owns and what it must never do, in a few lines before any list', () => {
  const incomplete = headers.filter((header) => {
    const text = read(header);
    const isShort = (text.split('\n## ')[0] ?? '').split('\n').length <= MOST_LINES;
    return !(text.startsWith('# ') && /\bowns\b/i.test(text) && /\bnever\b/i.test(text) && isShort);
  });
  expect(incomplete).toEqual([]);
});

test('no folder has a second one in the code', () => {
  const code = files.filter((file) => /\.tsx?$/.test(file));
  expect(code.filter((file) => headerAmongCode(file) !== undefined)).toEqual([]);
});
