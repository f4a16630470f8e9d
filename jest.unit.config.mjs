/** The tests that start no server, no database and no browser: `npm run test:unit`, an answer within a minute. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import base from './jest.config.mjs';

const root = import.meta.dirname;
/** Whatever imports one of these starts something. */
const STARTS =
  /^test\/(?:support\/(?:mongod|host|browser|chromium|firefox|nginx|slapd|samba|replica-set|small-disk|gatehouse|dockerfile)|browser\/|flows\/|strangers\/|failover\/|project\/)/;
/** Each is more than a second by itself, or starts programs without an import. */
const SLOW = new Set(['test/bench/bench.test.ts', 'test/bench/scale.test.ts']);

const seen = new Map();

/** Whether this file of test/ starts something, by itself or by what it imports. */
function starts(file) {
  if (STARTS.test(file)) return true;
  const known = seen.get(file);
  if (known !== undefined) return known;
  seen.set(file, false);
  const found = importsOf(file).some(starts);
  seen.set(file, found);
  return found;
}

function importsOf(file) {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)]
    .map(([, path]) => relative(root, join(root, dirname(file), path)).replace(/\.js$/, '.ts'))
    .filter((path) => path.startsWith('test/') && path.endsWith('.ts'));
}

const files = globSync('test/**/*.test.ts', { cwd: root }).filter((file) => !SLOW.has(file) && !starts(file));

export default {
  ...base,
  testMatch: files.map((file) => `<rootDir>/${file}`),
  reporters: ['default'],
  // They start and end the MongoDB of a whole run.
  globalSetup: undefined,
  globalTeardown: undefined,
};
