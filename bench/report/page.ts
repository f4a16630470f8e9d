/** The generated parts of docs/performance.md and of the README, from the files of results. */
import { withTable } from '../scale/page.ts';
import type { ServerName } from '../servers/servers.ts';
import { PEERS } from './goals.ts';
import type { ProcessResult, ThroughputResult } from './process.ts';
import { missesGoal, type Result } from './results.ts';
import { rowName } from './table.ts';

/** Everything that a whole run reports. */
export interface Report {
  readonly results: readonly Result[];
  readonly processes: readonly ProcessResult[];
  readonly throughput: readonly ThroughputResult[];
}

/** The operations of the README. */
const FEW = new Set([
  'discovery',
  'client_credentials',
  'password login',
  'code exchange',
  'refresh',
  'userinfo',
  'introspection',
]);

export const withReport = (page: string, { results, processes, throughput }: Report): string =>
  [
    ['operations', operationsTable(results)] as const,
    ['processes', processesTable(processes)] as const,
    ['throughput', throughputTable(throughput)] as const,
  ].reduce((text, [name, table]) => withTable(text, name, table), page);

export const withReadmeTable = (readme: string, { results }: Report): string =>
  withTable(readme, 'performance', readmeTable(results));

function operationsTable(results: readonly Result[]): string {
  const rows = rowsOf(results).map((at) => {
    const [sqlite, mongodb, bare] = [at('gatehouse-sqlite'), at('gatehouse-mongodb'), at('bare-memory')];
    const { hops, portCalls, jobsPerCommit } = sqlite;
    return [
      rowName(sqlite),
      cell(sqlite),
      cell(mongodb),
      ratio(at('bare-mongodb')),
      peersOf(sqlite),
      String(Math.round(bare.cpuMs * 1000)),
      hops === null ? '' : `${portCalls ?? ''} in ${hops}`,
      jobsPerCommit === null ? '' : jobsPerCommit.toFixed(1),
    ];
  });
  const heads = [
    'operation',
    'SQLite',
    'MongoDB',
    'bare, on MongoDB',
    'others',
    'bare, microseconds',
    'store calls, in round trips',
  ];
  return `${table([...heads, 'writes per commit on SQLite'], rows)}\n\n${warmUps(results)}`;
}

const readmeTable = (results: readonly Result[]): string =>
  table(
    ['operation', 'SQLite', 'MongoDB', 'others'],
    rowsOf(results.filter(({ operation, algorithm }) => algorithm === 'default' && FEW.has(operation))).map((at) => {
      const [sqlite, mongodb] = [at('gatehouse-sqlite'), at('gatehouse-mongodb')];
      return [rowName(sqlite), ratio(sqlite), ratio(mongodb), peersOf(sqlite)];
    }),
  );

function processesTable(results: readonly ProcessResult[]): string {
  const figure = (store: ServerName, wanted: string): string => {
    const found = results.find((each) => each.store === store && each.measure === wanted);
    if (!found) return '';
    const { median, p99, goal } = found;
    return `${digits(median)} (${digits(p99)})${goal !== null && median > goal ? ` (above ${goal})` : ''}`;
  };
  const measures = [...new Set(results.map(({ measure }) => measure))];
  const rows = measures.map((each) => [each, figure('gatehouse-sqlite', each), figure('gatehouse-mongodb', each)]);
  return table(['median (slowest of a hundred)', 'SQLite', 'MongoDB'], rows);
}

const throughputTable = (results: readonly ThroughputResult[]): string =>
  table(
    ['operation', 'store', 'one process', 'two processes', 'ratio'],
    results.map(({ operation, store, one, two, ratio, noise, goal }) => [
      operation,
      store === 'gatehouse-sqlite' ? 'SQLite' : 'MongoDB',
      String(one),
      String(two),
      `${ratio.toFixed(2)} ±${noise.toFixed(0)} %${ratio < goal ? ` (below ${goal})` : ''}`,
    ]),
  );

/** The servers of each row, in the order of the run. */
function rowsOf(results: readonly Result[]): ((store: ServerName) => Result)[] {
  const names = [...new Set(results.map(rowName))];
  return names.map((name) => (store) => {
    const found = results.find((each) => rowName(each) === name && each.store === store);
    if (!found) throw new Error(`There is no result of ${name} on ${store}.`);
    return found;
  });
}

/** One sentence: what each operation had been asked for before it was measured. */
function warmUps(results: readonly Result[]): string {
  const counts = new Map(results.map((result) => [rowName(result), result.warmedUp]));
  const said = [...new Set(counts.values())]
    .toSorted((a, b) => b - a)
    .map((count) => {
      const names = [...counts].filter(([, each]) => each === count).map(([name]) => `*${name}*`);
      return `${count.toLocaleString('en-GB')} for ${names.join(', ')}`;
    });
  return `Operations that each server answered before the first window: ${said.join('; ')}.`;
}

const ratio = ({ cpuRatio, cpuRatioNoise }: Result): string => `${cpuRatio.toFixed(1)} ±${cpuRatioNoise.toFixed(0)} %`;
const cell = (result: Result): string => {
  const { leastRatio, goal } = result;
  const least = leastRatio === null ? '' : `, least ${leastRatio.toFixed(1)}`;
  return `${ratio(result)}${least}${missesGoal(result) ? ` (above ${String(goal)})` : ''}`;
};
const peersOf = ({ operation }: Result): string =>
  (PEERS[operation] ?? []).map(([name, value]) => `${name} ${value.toFixed(1)}`).join(', ');
const digits = (value: number): string => value.toFixed(value < 100 ? 1 : 0);
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
