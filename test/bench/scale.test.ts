/**
 * The comparison of few and many users measures what it claims, and docs/performance.md reports the measured values; no test
 * asserts speed.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decide } from '../../src/access/evaluation/decide.js';
import { effective } from '../../src/access/evaluation/effective.js';
import type { DecisionResult } from '../../bench/decision/decision.ts';
import { AUDIENCE, largeWorld, PERMISSIONS } from '../../bench/decision/world.ts';
import type { AuditScale } from '../../bench/scale/audit.ts';
import { auditTable, decisionTable, type ScaleResults, scaleTable, withTable } from '../../bench/scale/page.ts';
import { reachGroups } from '../../src/access/evaluation/resolve-groups.js';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const scale = (...args: string[]) =>
  run(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'bench/scale/main.ts'), ...args]);
const published = (name: string): unknown => JSON.parse(readFileSync(join(root, `bench/scale/${name}.json`), 'utf8'));
const scaled = (store: string): ScaleResults => published(store) as ScaleResults;
const audited = (): AuditScale[] => published('audit') as AuditScale[];
const decided = (): DecisionResult[] => published('decisions') as DecisionResult[];

describe('a quick run', () => {
  let folder: string;
  beforeAll(async () => {
    await run(process.execPath, [join(root, 'scripts/build.mjs')]);
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-scale-test-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const results = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));

  test.each(['sqlite', 'mongodb'])('reads the same of few and many, and issues tokens, on %s', async (store) => {
    const { stdout } = await scale('--quick', '--only', store, '--people', '2000', '--out', folder);
    const { compared, ...about } = (await results(store)) as ScaleResults;
    expect(about).toMatchObject({ few: 1000, many: 2000, groups: 100, roles: 50 });
    expect(compared.map(({ what }) => what)).toEqual(scaled('sqlite').compared.map(({ what }) => what));
    for (const { few, many, ratio } of compared)
      for (const figure of [few, many, ratio]) expect(figure).toBeGreaterThan(0);
    expect(stdout).toContain('a refresh of tokens');
  });

  test('finds the same audit records among few and many, by every index, on both stores', async () => {
    await scale('--quick', '--only', 'audit', '--people', '2000', '--out', folder);
    const measured = (await results('audit')) as AuditScale[];
    expect(measured.map(({ store, few, many }) => [store, few, many])).toEqual([
      ['sqlite', 1000, 2000],
      ['mongodb', 1000, 2000],
    ]);
    for (const { compared, bytesOfRecord } of measured) {
      expect(compared.map(({ what }) => what)).toEqual(audited()[0]?.compared.map(({ what }) => what));
      expect(bytesOfRecord).toBeGreaterThan(500);
    }
  });

  test('times decisions', async () => {
    await scale('--quick', '--only', 'decisions', '--out', folder);
    const timed = (await results('decisions')) as DecisionResult[];
    expect(timed.map(({ question }) => question)).toEqual(decided().map(({ question }) => question));
    for (const { median } of timed) expect(median).toBeGreaterThan(0);
  });

  test('measures nothing where it is not understood', async () => {
    await expect(scale('--only', 'nothing')).rejects.toMatchObject({ code: 2 });
    await expect(scale('--people', 'many')).rejects.toMatchObject({ code: 2 });
  });
});

describe('what docs/performance.md tells', () => {
  const page = readFileSync(join(root, 'docs/performance.md'), 'utf8');

  test.each(['sqlite', 'mongodb'] as const)('is what the last published run measured: %s', (store) => {
    const results = scaled(store);
    expect(page).toBe(withTable(page, store, scaleTable(results)));
    expect(page).toContain(`${results.many.toLocaleString('en-GB')} users`);
  });

  test('is what the last published run measured: the audit trail', () => {
    expect(page).toBe(withTable(page, 'audit', auditTable(audited())));
  });

  test('is what the last published run measured: decisions', () => {
    expect(page).toBe(withTable(page, 'decisions', decisionTable(decided())));
  });
});

test('the decisions that are timed are those of 50 groups nested six deep, 100 roles and 2,000 policies', () => {
  const { subject, snapshot } = largeWorld();
  const context = { at: 0 };
  const access = effective(subject, context, snapshot);
  expect([access.groups.length, access.roles.length]).toEqual([50, 100]);
  const reached = reachGroups(
    subject.assignments,
    snapshot.groups,
    () => true,
    (id) => snapshot.groups.get(id)?.assignments ?? [],
  );
  expect(Math.max(...reached.map(({ way }) => way.length))).toBe(6);
  expect([...snapshot.roles.values()].flatMap(({ policies }) => policies)).toHaveLength(2000);
  const allowed = (permission: string): boolean =>
    decide(subject, { audience: AUDIENCE, permission }, undefined, context, snapshot).allowed;
  expect(Object.values(PERMISSIONS).map(allowed)).toEqual([true, true, false]);
});
