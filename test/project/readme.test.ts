/** The README names only existing commands, files and links, and its commands work. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Report, withReadmeTable, withReport } from '../../bench/report/page.ts';
import { memoryPlot, operationsPlot, throughputPlot } from '../../bench/report/plots.ts';
import { missesGoal } from '../../bench/report/results.ts';
import { blocksOf, typed } from '../support/documents.js';
import { useHosts } from '../support/host/use-host.js';

const root = join(import.meta.dirname, '../..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const performancePage = await readFile(join(root, 'docs/performance.md'), 'utf8');
const architecture = await readFile(join(root, 'docs/architecture.md'), 'utf8');
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

test('the map in docs/architecture.md has every module, in its layer', async () => {
  const rulesFile: string = join(root, '.dependency-cruiser.mjs');
  const { default: rules } = (await import(rulesFile)) as { default: { forbidden: { name: string }[] } };
  const order = rules.forbidden.map(({ name }) => name).filter((name) => name.startsWith('layer-'));
  const onMap = [...architecture.matchAll(/^\| (\d+) \| `(?:src\/)?([\w-]+)(?:\/|\.ts)` \|/gm)];
  // A module may be a file with a folder beside it.
  const inSource = (await readdir(join(root, 'src'))).filter((name) => name !== 'README.md');
  const modules = new Set(inSource.map((name) => name.replace(/\.ts$/, '')));
  expect(onMap.map(([, , name]) => name).sort()).toEqual([...modules, 'views'].sort());
  // Higher on the map is never lower in the rules.
  const ranks = onMap.map(([, layer, name]) => ({ layer: Number(layer), rank: order.indexOf(`layer-${name ?? ''}`) }));
  for (const each of ranks) {
    expect(each.rank).toBeGreaterThanOrEqual(0);
    for (const other of ranks) if (each.layer > other.layer) expect(each.rank).toBeGreaterThan(other.rank);
  }
});

const start = useHosts();
test('what it says to type beside a running start does what it says', async () => {
  const host = await start({ realmFile: 'examples/realm.yaml' });
  const answers = [];
  const places = { 'http://localhost:3000': host.issuer, 'keys/': `${host.keysFolder}/` };
  for (const block of blocksOf(readme, 'sh run')) answers.push(await typed(block, places));
  expect(answers.map((answer) => JSON.parse(answer) as unknown)).toEqual([
    expect.objectContaining({ issuer: host.issuer }),
    expect.objectContaining({ token_type: 'Bearer', access_token: expect.any(String) }),
  ]);
});

test('the realm file that it shows lets its applications ask its people to sign in', async () => {
  const [realm = ''] = blocksOf(readme, 'yaml realm');
  const host = await start({ realm });
  expect(Object.keys(host.passwords).sort()).toEqual(['admin', 'carol']);
  expect(existsSync(join(host.keysFolder, 'secrets/stock-server'))).toBe(true);
  for (const [client, callback] of [
    ['stock-app', 'https://stock.example.com/callback'],
    ['stock-server', 'https://web.example.com/callback'],
  ] as const) {
    const url = new URL('/auth', host.issuer);
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
    url.search = new URLSearchParams({
      ...{ client_id: client, redirect_uri: callback, response_type: 'code', scope: 'openid roles stock:read' },
      ...{ resource: 'https://stock.example.com', code_challenge: challenge, code_challenge_method: 'S256' },
    }).toString();
    const answer = await fetch(url, { redirect: 'manual' });
    expect([client, answer.status, answer.headers.get('location')]).toEqual([
      client,
      303,
      expect.stringContaining('/sign-in/'),
    ]);
  }
});

describe('what it and docs/performance.md say of the cost', () => {
  const published = (name: string): unknown => JSON.parse(readFileSync(join(root, `bench/${name}.json`), 'utf8'));
  const report: Report = {
    results: published('results') as Report['results'],
    processes: published('process') as Report['processes'],
    throughput: published('throughput') as Report['throughput'],
  };

  test('is what the last published run measured', () => {
    expect(performancePage).toBe(withReport(performancePage, report));
    expect(readme).toBe(withReadmeTable(readme, report));
  });

  test('and so are the plots', async () => {
    const plots = { operations: operationsPlot(report.results), memory: memoryPlot(report.processes) };
    const all = { ...plots, throughput: throughputPlot(report.throughput) };
    for (const [name, plot] of Object.entries(all)) {
      expect(await readFile(join(root, `docs/plots/${name}.svg`), 'utf8')).toBe(plot);
      expect(performancePage).toContain(`(plots/${name}.svg)`);
    }
  });

  test('includes where the time of an operation above its goal goes', () => {
    const above = new Set(report.results.filter(missesGoal).map(({ operation }) => operation));
    for (const operation of above) expect(performancePage).toContain(`- *${operation}*: `);
  });
});
