import type { Measured } from '../measure/rounds.ts';
import type { StoreCalls } from '../measure/store-calls.ts';
import type { Algorithm } from '../realm.ts';
import { SERVERS, type ServerName } from '../servers/servers.ts';
import { GOALS } from './goals.ts';
import { median, noise, quantile, rounded } from './statistics.ts';

/** A cell of the table. Times are milliseconds. */
export interface Result {
  readonly operation: string;
  /** The signature of ID tokens. */
  readonly algorithm: Algorithm;
  readonly store: ServerName;
  /** Its store calls; null for a foreign store. */
  readonly hops: number | null;
  readonly portCalls: number | null;
  /** Writes that a commit holds on average; null where none is counted. */
  readonly jobsPerCommit: number | null;
  readonly rps: number;
  readonly cpuMs: number;
  /** The server's CPU against the bare provider's with a memory adapter, the median over the rounds, and its noise in percent. */
  readonly cpuRatio: number;
  readonly cpuRatioNoise: number;
  /** The least CPU of a round against the least of the bare provider; null in figures from before it was recorded. */
  readonly leastRatio: number | null;
  /** The highest acceptable ratio; null for the bare provider. */
  readonly goal: number | null;
  readonly p50: number;
  readonly p99: number;
  /** How many operations the server had answered before the first window. */
  readonly warmedUp: number;
}

export const missesGoal = ({ cpuRatio, goal }: Pick<Result, 'cpuRatio' | 'goal'>): boolean =>
  goal !== null && cpuRatio > goal;

export const resultsOf = (
  measured: readonly Measured[],
  calls: ReadonlyMap<ServerName, ReadonlyMap<string, StoreCalls>>,
): Result[] =>
  measured.flatMap((each) => SERVERS.map((store) => resultOf(each, store, calls.get(store)?.get(each.operation))));

function resultOf(measured: Measured, store: ServerName, asked: StoreCalls | undefined): Result {
  const { operation, algorithm, rounds, warmedUp } = measured;
  const [windows, bare] = [windowsOf(measured, store), windowsOf(measured, 'bare-memory')];
  const cpu = windows.map(({ cpuMs }) => cpuMs);
  const bareCpu = bare.map(({ cpuMs }) => cpuMs);
  const ratios = rounds.map((_, at) => (cpu[at] ?? Number.NaN) / (bareCpu[at] ?? Number.NaN));
  const latencies = windows.flatMap((each) => each.latencies);
  const together = windows.flatMap(({ jobsPerCommit }) => jobsPerCommit ?? []);
  const goals = Object.hasOwn(GOALS, operation) ? GOALS[operation] : undefined;
  return {
    operation,
    algorithm,
    store,
    hops: asked?.hops ?? null,
    portCalls: asked?.portCalls ?? null,
    jobsPerCommit: together.length === 0 ? null : rounded(median(together), 1),
    rps: rounded(median(windows.map(({ perSecond }) => perSecond)), 0),
    cpuMs: rounded(median(cpu), 3),
    cpuRatio: rounded(median(ratios), 2),
    cpuRatioNoise: rounded(noise(ratios), 1),
    leastRatio: rounded(Math.min(...cpu) / Math.min(...bareCpu), 2),
    goal: (store === 'gatehouse-sqlite' || store === 'gatehouse-mongodb' ? goals?.[store] : undefined) ?? null,
    p50: rounded(median(latencies), 2),
    p99: rounded(quantile(latencies, 0.99), 2),
    warmedUp,
  };
}

const windowsOf = ({ operation, rounds }: Measured, store: ServerName) =>
  rounds.map((windows) => {
    const window = windows.get(store);
    if (!window) throw new Error(`${operation} was not measured on ${store}.`);
    return window;
  });
