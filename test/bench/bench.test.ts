/** The benchmark measures what it claims, and reports it in the promised form; no test asserts speed. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const bench = (...args: string[]) =>
  run(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'bench/main.ts'), ...args]);

const operations = [
  'discovery',
  'jwks',
  'client_credentials',
  'password login',
  'authorize',
  'code exchange',
  'refresh',
  'userinfo',
  'introspection',
];
const servers = ['gatehouse-sqlite', 'gatehouse-mongodb', 'bare-memory', 'bare-mongodb'];

let folder: string;
beforeAll(async () => {
  await run(process.execPath, [join(root, 'scripts/build.mjs')]);
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a quick run', () => {
  let printed: string;
  let results: Record<string, unknown>[];
  let processes: Record<string, unknown>[];
  const read = async (file: string) =>
    JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>[];

  beforeAll(async () => {
    ({ stdout: printed } = await bench('--quick', '--out', folder));
    results = await read('results.json');
    processes = await read('process.json');
  });

  test('measures every operation on every server once', () => {
    expect(results.map(({ operation, store }) => `${String(operation)} ${String(store)}`)).toEqual(
      operations.flatMap((operation) => servers.map((server) => `${operation} ${server}`)),
    );
    for (const { rps, cpuMs, cpuRatio, p50, p99 } of results) {
      for (const figure of [rps, cpuMs, cpuRatio, p50, p99]) expect(figure).toBeGreaterThan(0);
    }
  });

  test('compares with the bare provider on a memory adapter, which is 1', () => {
    const ratios = results.filter(({ store }) => store === 'bare-memory').map(({ cpuRatio }) => cpuRatio);
    expect(ratios).toEqual(operations.map(() => 1));
  });

  test('shows what Gatehouse asks of its store, and nothing of that for the bare provider', () => {
    const asked = (wanted: string) =>
      results.filter(({ store }) => store === wanted).map(({ hops, portCalls }) => [hops, portCalls]);
    // On SQLite an exchange is one step with what it pays for.
    const [sqlite, mongodb] = [asked('gatehouse-sqlite'), asked('gatehouse-mongodb')];
    const more = mongodb.map(([hops = 0, calls = 0], at) => [
      Number(hops) - Number(sqlite[at]?.[0]),
      Number(calls) - Number(sqlite[at]?.[1]),
    ]);
    expect(new Set(more.map((pair) => pair.join()))).toEqual(new Set(['0,0', '1,1']));
    expect(more.filter(([hops]) => hops === 1)).toHaveLength(3);
    expect(asked('gatehouse-sqlite').slice(0, 3)).toEqual([
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
    expect(asked('bare-memory')).toEqual(operations.map(() => [null, null]));
  });

  test('measures start, memory and signatures on each store', () => {
    expect(processes.map(({ store, measure }) => `${String(store)} ${String(measure)}`)).toEqual(
      ['gatehouse-sqlite', 'gatehouse-mongodb'].flatMap((server) =>
        [
          ...['start', 'idle memory (MB)', 'signature', 'signature beside 8 sign-ins'],
          ...['token in a storm of sign-ins (times)', 'jwks in a storm of sign-ins (times)'],
        ].map((each) => `${server} ${each}`),
      ),
    );
    for (const { median } of processes) expect(median).toBeGreaterThan(0);
  });

  test('prints all of it', () => {
    for (const word of [...operations, ...servers, 'idle memory']) expect(printed).toContain(word);
  });
});

test('a profile says whose code the time went to, and is kept', async () => {
  const { stdout } = await bench('--quick', '--out', folder, '--profile', 'userinfo', 'gatehouse-sqlite');
  expect(stdout).toMatch(/ %  oidc-provider$/m);
  expect(stdout).toMatch(/ %  gatehouse \S+$/m);
  expect(await readdir(join(folder, 'profiles'))).toEqual(['userinfo-gatehouse-sqlite.cpuprofile']);
});

test('what is not understood measures nothing, and says what there is', async () => {
  await expect(bench('--profile', 'discovery', 'nowhere')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('gatehouse-sqlite, gatehouse-mongodb') as unknown,
  });
});
