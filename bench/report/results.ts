import type { Round } from '../measure/rounds.ts';
import type { StoreCalls } from '../measure/store-calls.ts';
import { OPERATIONS } from '../operations/operations.ts';
import { SERVERS, type ServerName } from '../servers/servers.ts';
import { median, noise, quantile, rounded } from './statistics.ts';

/** A cell of the table. Times are milliseconds. */
export interface Result {
  readonly operation: string;
  readonly store: ServerName;
  /** Its store calls; null for a foreign store. */
  readonly hops: number | null;
  readonly portCalls: number | null;
  readonly rps: number;
  readonly cpuMs: number;
  /** The server's CPU against the bare provider's with a memory adapter, the median over the rounds, and its noise in percent. */
  readonly cpuRatio: number;
  readonly cpuRatioNoise: number;
  readonly p50: number;
  readonly p99: number;
}

export function resultsOf(
  rounds: readonly Round[],
  calls: ReadonlyMap<ServerName, ReadonlyMap<string, StoreCalls>>,
): Result[] {
  return OPERATIONS.flatMap(({ name: operation }) =>
    SERVERS.map((store) => {
      const windows = rounds.map((round) => windowOf(round, operation, store));
      const ratios = rounds.map(
        (round) => windowOf(round, operation, store).cpuMs / windowOf(round, operation, 'bare-memory').cpuMs,
      );
      const latencies = windows.flatMap((each) => each.latencies);
      const asked = calls.get(store)?.get(operation);
      return {
        operation,
        store,
        hops: asked?.hops ?? null,
        portCalls: asked?.portCalls ?? null,
        rps: rounded(median(windows.map(({ perSecond }) => perSecond)), 0),
        cpuMs: rounded(median(windows.map(({ cpuMs }) => cpuMs)), 3),
        cpuRatio: rounded(median(ratios), 2),
        cpuRatioNoise: rounded(noise(ratios), 1),
        p50: rounded(median(latencies), 2),
        p99: rounded(quantile(latencies, 0.99), 2),
      };
    }),
  );
}

function windowOf({ windows }: Round, operation: string, store: ServerName) {
  const window = windows.get(operation)?.get(store);
  if (!window) throw new Error(`${operation} was not measured on ${store}.`);
  return window;
}
