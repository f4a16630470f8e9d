/** The benchmark measures what it claims, and reports it in the promised form; no test asserts speed. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withReport } from '../../bench/report/page.ts';
import type { ProcessResult, ThroughputResult } from '../../bench/report/process.ts';
import type { Result } from '../../bench/report/results.ts';
import { rowName } from '../../bench/report/table.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const bench = (...args: string[]) =>
  run(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'bench/main.ts'), ...args]);

const operations = [
  'discovery',
  'jwks',
  'client_credentials',
  'password login',
  'password login, ES256',
  'authorize',
  'code exchange',
  'code exchange, ES256',
  'refresh',
  'refresh, ES256',
  'userinfo',
  'userinfo of a new token',
  'introspection',
  'introspection of a new token',
];
const servers = ['gatehouse-sqlite', 'gatehouse-mongodb', 'bare-memory', 'bare-mongodb'];

/** It starts some twenty servers. */
const HOOK_MS = 900_000;

let folder: string;
beforeAll(async () => {
  await run(process.execPath, [join(root, 'scripts/build.mjs')]);
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a quick run', () => {
  let printed: string;
  let results: Result[];
  let processes: ProcessResult[];
  let throughput: ThroughputResult[];
  const read = async <T>(file: string) => JSON.parse(await readFile(join(folder, file), 'utf8')) as T[];

  beforeAll(async () => {
    ({ stdout: printed } = await bench('--quick', '--out', folder));
    results = await read('results.json');
    processes = await read('process.json');
    throughput = await read('throughput.json');
  }, HOOK_MS);

  test('measures every operation on every server once, at both signatures where it signs an ID token', () => {
    expect(results.map((result) => `${rowName(result)} ${result.store}`)).toEqual(
      operations.flatMap((operation) => servers.map((server) => `${operation} ${server}`)),
    );
    for (const { rps, cpuMs, cpuRatio, leastRatio, p50, p99 } of results) {
      for (const figure of [rps, cpuMs, cpuRatio, leastRatio, p50, p99]) expect(figure).toBeGreaterThan(0);
    }
  });

  test('compares with the bare provider on a memory adapter, which is 1', () => {
    const ratios = results.filter(({ store }) => store === 'bare-memory').map(({ cpuRatio }) => cpuRatio);
    expect(ratios).toEqual(operations.map(() => 1));
  });

  test('shows what Gatehouse asks of its store, and nothing of that for the bare provider', () => {
    const optionsFor = (wanted: string) =>
      results.filter(({ store }) => store === wanted).map(({ hops, portCalls }) => [hops, portCalls]);
    // On SQLite an exchange is one step with what it pays for.
    const [sqlite, mongodb] = [optionsFor('gatehouse-sqlite'), optionsFor('gatehouse-mongodb')];
    const more = mongodb.map(([hops = 0, calls = 0], at) => [
      Number(hops) - Number(sqlite[at]?.[0]),
      Number(calls) - Number(sqlite[at]?.[1]),
    ]);
    expect(new Set(more.map((pair) => pair.join()))).toEqual(new Set(['0,0', '1,1']));
    expect(operations.filter((_, at) => more[at]?.[0] === 1)).toEqual([
      'password login',
      'password login, ES256',
      'code exchange',
      'code exchange, ES256',
      'refresh',
      'refresh, ES256',
    ]);
    expect(optionsFor('gatehouse-sqlite').slice(0, 3)).toEqual([
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
    expect(optionsFor('bare-memory')).toEqual(operations.map(() => [null, null]));
  });

  test('measures start, memory and signatures on each store', () => {
    expect(processes.map(({ store, measure }) => `${store} ${measure}`)).toEqual(
      ['gatehouse-sqlite', 'gatehouse-mongodb'].flatMap((server) =>
        [
          ...['start', 'memory, idle (MB)', 'memory after a flood (MB)', 'signature', 'signature beside 8 sign-ins'],
          ...['token in a storm of sign-ins (times)', 'jwks in a storm of sign-ins (times)'],
        ].map((each) => `${server} ${each}`),
      ),
    );
    for (const { median } of processes) expect(median).toBeGreaterThan(0);
  });

  test('compares one process with two, for an operation that reads and one that writes', () => {
    expect(throughput.map(({ store, operation }) => `${store} ${operation}`)).toEqual(
      ['gatehouse-sqlite', 'gatehouse-mongodb'].flatMap((store) => [`${store} introspection`, `${store} refresh`]),
    );
    for (const { one, two, ratio } of throughput) {
      for (const figure of [one, two, ratio]) expect(figure).toBeGreaterThan(0);
    }
  });

  test('marks what misses its goal, and fits the pages', async () => {
    const result = results.find(({ store }) => store === 'gatehouse-sqlite');
    if (!result) throw new Error('Nothing was measured.');
    const missed = results.map((each) => (each === result ? { ...each, cpuRatio: 7, goal: 0.5 } : each));
    const page = await readFile(join(root, 'docs/performance.md'), 'utf8');
    const written = withReport(page, { results: missed, processes, throughput });
    expect(written).toMatch(/^\| discovery \| 7\.0 ±\d+ %, least [\d.]+ \(above 0\.5\) \|/m);
    for (const name of operations) expect(written).toContain(`\n| ${name} | `);
  });

  test('draws the plots', async () => {
    for (const name of ['operations', 'memory', 'throughput']) {
      expect(await readFile(join(folder, `${name}.svg`), 'utf8')).toMatch(/^<svg [^]*<rect [^]*<\/svg>\n$/);
    }
  });

  test('prints all of it', () => {
    for (const word of [...operations, ...servers, 'memory, idle']) expect(printed).toContain(word);
  });
});

test('a profile says whose code the time went to, and is kept', async () => {
  const { stdout } = await bench('--quick', '--out', folder, '--profile', 'userinfo', 'gatehouse-sqlite');
  expect(stdout).toMatch(/ %  oidc-provider$/m);
  expect(stdout).toMatch(/ %  gatehouse \S+$/m);
  expect(await readdir(join(folder, 'profiles'))).toEqual(['userinfo-gatehouse-sqlite.cpuprofile']);
});

test('a part is measured alone, and nothing is kept', async () => {
  const { stdout } = await bench('--quick', '--only', 'jwks,userinfo');
  expect(stdout.match(/^\S.*gatehouse-sqlite/gm)?.map((line) => line.split(' ')[0])).toEqual(['jwks', 'userinfo']);
  await expect(bench('--only', 'jwks,nothing')).rejects.toMatchObject({ code: 2 });
});

test('what is not understood measures nothing, and says what there is', async () => {
  await expect(bench('--profile', 'discovery', 'nowhere')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('gatehouse-sqlite, gatehouse-mongodb') as unknown,
  });
});
