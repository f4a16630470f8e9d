/** Comments and documents name files, commands, npm scripts and settings that exist. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from '@jest/globals';
import { MANUAL } from '../../src/cli/manual/manual.js';
import { SETTINGS } from '../../src/config/settings.js';
import { files, foldersOf, root } from './repository.js';

const existing = new Set(files.flatMap((file) => [file, ...foldersOf(file)]));
const modules = [...existing].filter((path) => /^src\/[^/.]+$/.test(path)).map((path) => path.slice('src/'.length));
/** A record of the past. */
const HISTORY = 'CHANGELOG.md';
/** Placed there by whoever deploys. */
const OPERATORS = ['deploy/tls', 'deploy/realm.yaml'];

const HEADER = /^(?:src|views)\/.*README\.md$/;

interface Prose {
  readonly file: string;
  readonly text: string;
}

/** Documents whole, and of code its comments. */
const prose: readonly Prose[] = files
  .filter((file) => /\.(?:md|ts|tsx|mjs)$/.test(file) && file !== HISTORY)
  .map((file) => ({ file, text: proseOf(file, readFileSync(join(root, file), 'utf8')) }));

function proseOf(file: string, text: string): string {
  if (file.endsWith('.md')) return text;
  return [...text.matchAll(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$/gm)].map(([comment]) => comment).join('\n');
}

/** Every match of the pattern's first group, with the file it is in. */
const mentioned = (pattern: RegExp): { readonly file: string; readonly name: string }[] =>
  prose.flatMap(({ file, text }) => [...text.matchAll(pattern)].map(([, name = '']) => ({ file, name })));

/** A name in capitals stands for any. */
const isThere = (path: string): boolean =>
  OPERATORS.includes(path) ||
  /\b[A-Z]{3,}\b/.test(path.replace('README', '')) ||
  [path, `${path}.ts`, `${path}.tsx`, `${path}.test.ts`, `${path}.md`].some((each) => existing.has(each));

test('files and folders', () => {
  const roots = 'src|views|docs|examples|test|scripts|bench|deploy';
  const paths = mentioned(new RegExp(`(?<![\\w./:#-])((?:${roots})/[\\w./-]*[\\w-])(?![\\w*{<$-])`, 'g'));
  expect(paths.length).toBeGreaterThan(150);
  expect(paths.filter(({ name }) => !isThere(name))).toEqual([]);
});

test('files by their module, as comments call them', () => {
  const paths = mentioned(new RegExp(`\`((?:${modules.join('|')})/[\\w/-]+(?:\\.ts)?)\``, 'g'));
  expect(paths.length).toBeGreaterThan(5);
  expect(paths.filter(({ name }) => !isThere(`src/${name}`.replace(/\/$/, '')))).toEqual([]);
});

test("files and folders that a folder's header names by where it is, or by their module", () => {
  const named = mentioned(/`([\w./-]+(?:\.(?:ts|tsx|js|css|md)|\/))`/g).filter(({ file }) => HEADER.test(file));
  expect(named.length).toBeGreaterThan(150);
  const isNear = (file: string, name: string): boolean =>
    [posix.join(posix.dirname(file), name), `src/${name}`, name].some((path) => existing.has(path.replace(/\/$/, '')));
  expect(named.filter(({ file, name }) => !isNear(file, name))).toEqual([]);
});

test('commands', () => {
  const known = MANUAL.map(({ name }) => name);
  const commands = mentioned(/`(?:npx )?gatehouse ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)/g);
  expect(commands.length).toBeGreaterThan(50);
  // A second word is one of the name, or what the command is given.
  const isKnown = (name: string): boolean => {
    const [first = ''] = name.split(' ');
    return (
      known.includes(name) ||
      known.includes(first) ||
      (name === first && known.some((each) => each.startsWith(`${first} `)))
    );
  };
  expect(commands.filter(({ name }) => !isKnown(name))).toEqual([]);
});

test('npm scripts', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const named = mentioned(/npm run (?:--silent )?([a-z][\w:-]*)/g).filter(
    ({ file }) => !/^docs\/applications\//.test(file),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
});

test('settings', () => {
  const named = mentioned(/\b(GATEHOUSE_[A-Z_]*[A-Z])\b(?!_)/g);
  expect(named.length).toBeGreaterThan(50);
  const known: readonly string[] = Object.keys(SETTINGS);
  expect(named.filter(({ name }) => !known.includes(name) && !known.includes(name.replace(/_FILE$/, '')))).toEqual([]);
});
