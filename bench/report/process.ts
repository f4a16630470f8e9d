import type { Signatures } from '../measure/signature.ts';
import type { Start } from '../measure/start.ts';
import type { Throughput } from '../measure/throughput.ts';
import { GATEHOUSES, type GatehouseName } from '../servers/servers.ts';
import { PROCESS_GOALS, THROUGHPUT_GOALS } from './goals.ts';
import { median, noise, quantile, rounded } from './statistics.ts';

/** The figures of one Gatehouse that belong to no single operation. */
export interface ProcessFigures {
  readonly start: Start;
  readonly afterFlood: number;
  readonly signatures: Signatures;
  readonly throughput: readonly Throughput[];
}

/** Results of the process instead of an operation; times are milliseconds. */
export interface ProcessResult {
  readonly store: GatehouseName;
  readonly measure: string;
  readonly median: number;
  /** In percent of it. */
  readonly noise: number;
  readonly p99: number;
  /** The highest acceptable median; null where there is none. */
  readonly goal: number | null;
}

/** Requests a second with one process and with two. */
export interface ThroughputResult {
  readonly store: GatehouseName;
  readonly operation: string;
  readonly one: number;
  readonly two: number;
  /** Within a round, the median over the rounds, and its noise in percent. */
  readonly ratio: number;
  readonly noise: number;
  /** The lowest acceptable ratio. */
  readonly goal: number;
}

export const processResults = (figures: ReadonlyMap<GatehouseName, ProcessFigures>): ProcessResult[] =>
  GATEHOUSES.flatMap((store) => {
    const of = figures.get(store);
    if (!of) return [];
    const { start, afterFlood, signatures } = of;
    const measured: readonly (readonly [string, readonly number[]])[] = [
      ['start', start.milliseconds],
      ['memory, idle (MB)', start.megabytes],
      ['memory after a flood (MB)', [afterFlood]],
      ['signature', signatures.alone],
      ['signature beside 8 sign-ins', signatures.besideSignIns],
      ['token in a storm of sign-ins (times)', signatures.storm.token],
      ['jwks in a storm of sign-ins (times)', signatures.storm.jwks],
    ];
    return measured.map(([measure, values]) => ({
      store,
      measure,
      median: rounded(median(values), 2),
      noise: rounded(noise(values), 1),
      p99: rounded(quantile(values, 0.99), 1),
      goal: PROCESS_GOALS[measure]?.[store] ?? null,
    }));
  });

export const throughputResults = (figures: ReadonlyMap<GatehouseName, ProcessFigures>): ThroughputResult[] =>
  [...figures.values()].flatMap(({ throughput }) =>
    throughput.map(({ store, operation, one, two }) => {
      const ratios = one.map((perSecond, at) => (two[at] ?? Number.NaN) / perSecond);
      return {
        store,
        operation,
        one: rounded(median(one), 0),
        two: rounded(median(two), 0),
        ratio: rounded(median(ratios), 2),
        noise: rounded(noise(ratios), 1),
        goal: THROUGHPUT_GOALS[operation] ?? 1,
      };
    }),
  );
