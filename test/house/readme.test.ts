/** The README does not promise what is not there: commands, files, links and parts. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

const found = (pattern: RegExp): string[] => [...new Set([...readme.matchAll(pattern)].map(([, name = '']) => name))];

test('every script of npm that it names is one', () => {
  const named = found(/npm run ([\w:]+)/g);
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect(scripts).toHaveProperty([name]);
});

test('every file and folder that it names is there', () => {
  const links = found(/\]\((?!https?:|#)([^)]+)\)/g);
  const paths = found(/`((?:src|views|docs|examples|test|scripts)\/[\w./-]*)`/g);
  const commands = found(/(?:^|`)\.\/(scripts\/\w+)/gm);
  expect(commands.sort()).toEqual(['scripts/start', 'scripts/test']);
  for (const path of [...links, ...paths, ...commands])
    expect([path, existsSync(join(root, path))]).toEqual([path, true]);
});

test('the map has every part, on its floor', async () => {
  const rulesFile: string = join(root, '.dependency-cruiser.mjs');
  const { default: rules } = (await import(rulesFile)) as { default: { forbidden: { name: string }[] } };
  const order = rules.forbidden.map(({ name }) => name).filter((name) => name.startsWith('floor-'));
  const onMap = [...readme.matchAll(/^\| (\d+) \| `(?:src\/)?([\w-]+)(?:\/|\.ts)` \|/gm)];
  const parts = (await readdir(join(root, 'src'))).map((name) => name.replace(/\.ts$/, ''));
  expect(onMap.map(([, , name]) => name).sort()).toEqual([...parts, 'views'].sort());
  // Higher on the map is never lower in the rules.
  const ranks = onMap.map(([, floor, name]) => ({ floor: Number(floor), rank: order.indexOf(`floor-${name ?? ''}`) }));
  for (const one of ranks) {
    expect(one.rank).toBeGreaterThanOrEqual(0);
    for (const other of ranks) if (one.floor > other.floor) expect(one.rank).toBeGreaterThan(other.rank);
  }
});
