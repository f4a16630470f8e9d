import type { ProcessResult } from './process.ts';
import type { Result } from './results.ts';

/** The goals for Gatehouse: the server's CPU relative to the bare provider's with a memory adapter. */
const GOALS: Readonly<Partial<Record<Result['store'], number>>> = { 'gatehouse-sqlite': 1.3, 'gatehouse-mongodb': 1.6 };

/** The cells of a run, an operation after another. */
export function resultsTable(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { operation, store, hops, portCalls, rps, cpuMs, cpuRatio, cpuRatioNoise, p50, p99 } = result;
    const plain = results.find((each) => each.operation === operation && each.store === 'bare-mongodb');
    const above = cpuRatio > (GOALS[store] ?? Infinity) ? 'above the goal' : '';
    const dearer =
      store === 'gatehouse-mongodb' && cpuRatio > (plain?.cpuRatio ?? Infinity) ? 'above bare-mongodb' : '';
    return [
      store === 'gatehouse-sqlite' ? operation : '',
      store,
      hops === null ? '' : `${hops} / ${portCalls ?? ''}`,
      cpuMs.toFixed(3),
      `${cpuRatio.toFixed(2)} ±${cpuRatioNoise.toFixed(0)} %`,
      String(rps),
      p50.toFixed(1),
      p99.toFixed(1),
      [above, dearer].filter(Boolean).join(', '),
    ];
  });
  return aligned([
    ['operation', 'server', 'hops / calls', 'CPU ms', 'ratio', 'per s', 'p50 ms', 'p99 ms', ''],
    ...rows,
  ]);
}

export function processTable(results: readonly ProcessResult[]): string {
  const rows = results.map(({ store, measure, median, noise, p99 }) => [
    store,
    measure,
    `${median.toFixed(1)} ±${noise.toFixed(0)} %`,
    p99.toFixed(1),
  ]);
  return aligned([['server', '', 'median', 'p99'], ...rows]);
}

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
