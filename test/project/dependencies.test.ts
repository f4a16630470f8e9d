/** Every dependency is pinned, explained in docs/dependencies.md, and under a permissive licence; so is what it brings along. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
}
interface Locked {
  version?: string;
  license?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}
const manifest = JSON.parse(await read('package.json')) as Manifest;
const locked = Object.entries(
  (JSON.parse(await read('package-lock.json')) as { packages: Record<string, Locked> }).packages,
);
const page = await read('docs/dependencies.md');

const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
];
/** In tools only, of which nothing is changed or shipped: data and their documentation, and axe, whose licence binds its own files alone. */
const PERMISSIVE_FOR_TOOLS = [...PERMISSIVE, 'CC-BY-4.0', 'CC0-1.0', 'MPL-2.0', 'Python-2.0'];

/** `A OR B` is ours to choose from, `A AND B` binds us to both. */
const isAmong = (licences: readonly string[], expression: string): boolean =>
  expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => licences.includes(one.trim())));

interface Row {
  name: string;
  version: string;
  licence: string;
  words: string[];
}
function rowsOf(heading: string): Row[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| (.+) \|$/gm)].map(
    ([, name = '', version = '', licence = '', rest = '']) => ({
      name,
      version: version.trim(),
      licence: licence.trim(),
      words: rest.split('|').map((text) => text.trim()),
    }),
  );
}

test.each([
  ['What runs', manifest.dependencies],
  ['What builds and tests', manifest.devDependencies],
])('%s: the page has exactly the packages and versions of package.json', (heading, packages) => {
  const rows = rowsOf(heading);
  expect(Object.fromEntries(rows.map(({ name, version }) => [name, version]))).toEqual(packages);
  for (const { words } of rows) expect(words.every((text) => text.length > 3) && words.length === 2).toBe(true);
});

test('every version is one version, not a range', () => {
  for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test('the page tells the licence that the package itself tells', async () => {
  for (const { name, licence } of [...rowsOf('What runs'), ...rowsOf('What builds and tests')]) {
    const { license } = JSON.parse(await read(`node_modules/${name}/package.json`)) as { license: string };
    expect([name, licence]).toEqual([name, license]);
  }
});

test('all that is installed, packages of packages included, is under a permissive licence', () => {
  const others = locked.filter(
    ([path, { license = 'none', dev }]) => path !== '' && !isAmong(dev ? PERMISSIVE_FOR_TOOLS : PERMISSIVE, license),
  );
  expect(others.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
});

test('every package that wants to run a script at install has been judged, and no other', () => {
  const wanting = locked.flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)] : [],
  );
  expect([...new Set(wanting)].sort()).toEqual(Object.keys(manifest.allowScripts).sort());
});
