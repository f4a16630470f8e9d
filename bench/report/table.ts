/** The tables as the terminal shows them, with every figure. */
import type { ProcessResult, ThroughputResult } from './process.ts';
import { missesGoal, type Result } from './results.ts';

/** The cells of a run, an operation after another. */
export function resultsTable(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { store, hops, portCalls, jobsPerCommit, rps, cpuMs, p50, p99 } = result;
    return [
      store === 'gatehouse-sqlite' ? rowName(result) : '',
      store,
      hops === null ? '' : `${hops} / ${portCalls ?? ''}`,
      jobsPerCommit === null ? '' : jobsPerCommit.toFixed(1),
      cpuMs.toFixed(3),
      `${result.cpuRatio.toFixed(2)} ±${result.cpuRatioNoise.toFixed(0)} %`,
      result.leastRatio?.toFixed(2) ?? '',
      String(rps),
      p50.toFixed(1),
      p99.toFixed(1),
      missesGoal(result) ? `above ${String(result.goal)}` : '',
    ];
  });
  const heads = ['operation', 'server', 'hops / calls', 'jobs / commit', 'CPU ms', 'ratio', 'min / min'];
  return aligned([[...heads, 'per s', 'p50 ms', 'p99 ms', ''], ...rows]);
}

export function processTable(results: readonly ProcessResult[], throughput: readonly ThroughputResult[]): string {
  const rows = results.map(({ store, measure, median, noise, p99, goal }) => [
    store,
    measure,
    `${median.toFixed(1)} ±${noise.toFixed(0)} %`,
    p99.toFixed(1),
    goal !== null && median > goal ? `above ${goal}` : '',
  ]);
  const more = throughput.map(({ store, operation, one, two, ratio, noise, goal }) => [
    store,
    `${operation}, per s with 1 and 2 processes`,
    `${one} and ${two}`,
    `${ratio.toFixed(2)} ±${noise.toFixed(0)} %`,
    ratio < goal ? `below ${goal}` : '',
  ]);
  return aligned([['server', '', 'median', 'p99', ''], ...rows, ...more]);
}

/** With the algorithm of its ID token, where it is not the default. */
export const rowName = ({ operation, algorithm }: Pick<Result, 'operation' | 'algorithm'>): string =>
  algorithm === 'default' ? operation : `${operation}, ${algorithm}`;

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
