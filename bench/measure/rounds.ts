import { measure, type Window } from '../load/window.ts';
import type { Operation } from '../operations/operation.ts';
import type { Place } from '../place.ts';
import { type Algorithm, ALGORITHMS } from '../realm.ts';
import { type Server, type ServerName, SERVERS, start } from '../servers/servers.ts';
import type { Size } from './size.ts';

/** An operation, and the algorithm of ID tokens at which it is measured. */
export interface Row {
  readonly operation: Operation;
  readonly algorithm: Algorithm;
}

/** The windows of one row: of each server one per round. */
export interface Measured {
  readonly operation: string;
  readonly algorithm: Algorithm;
  readonly rounds: readonly ReadonlyMap<ServerName, Window>[];
  /** The least number of operations that a server had answered before the first window. */
  readonly warmedUp: number;
}

/** The algorithm of ID tokens matters only where one is issued. */
export const rowsOf = (operations: readonly Operation[]): Row[] =>
  operations.flatMap((operation) =>
    (operation.signsIdToken ? ALGORITHMS : ALGORITHMS.slice(0, 1)).map((algorithm) => ({ operation, algorithm })),
  );

/** Each row on servers of its own, since the bare provider's memory adapter forgets nothing; in a quick run, on shared ones. */
export async function measureRows(
  place: Place,
  rows: readonly Row[],
  size: Size,
  say: (line: string) => void,
): Promise<Measured[]> {
  const groups = size.restarts ? rows.map((row) => [row]) : ALGORITHMS.map((each) => rows.filter(isOf(each)));
  const done = new Map<Row, Measured>();
  for (const group of groups.filter(({ length }) => length > 0)) {
    const servers = await Promise.all(SERVERS.map((name) => start(place, name, group[0]?.algorithm)));
    for (const row of group) {
      say(`${row.operation.name}, ${row.algorithm}`);
      done.set(row, await rounds(servers, row, size));
    }
    await Promise.all(servers.map((server) => server.process.end()));
    await place.dropDatabases();
  }
  return rows.flatMap((row) => done.get(row) ?? []);
}

const isOf =
  (wanted: Algorithm) =>
  ({ algorithm }: Row): boolean =>
    algorithm === wanted;

/**
 * After the warm-up each round visits every server in another order. Disturbances of the machine then affect all of them alike,
 * and ratios are taken within a round.
 */
async function rounds(servers: readonly Server[], { operation, algorithm }: Row, size: Size): Promise<Measured> {
  const warm: number[] = [];
  for (const server of servers) warm.push(await warmUp(server, operation, size));
  const done: ReadonlyMap<ServerName, Window>[] = [];
  for (let round = 0; round < size.rounds; round++) {
    const windows = new Map<ServerName, Window>();
    for (let turn = 0; turn < servers.length; turn++) {
      const server = servers[(turn + round) % servers.length];
      if (server) windows.set(server.name, await window(server, operation, size));
    }
    done.push(windows);
  }
  return { operation: operation.name, algorithm, rounds: done, warmedUp: Math.min(...warm) };
}

const window = (server: Server, operation: Operation, { perLane, windowMs }: Size): Promise<Window> =>
  measure(server, operation, perLane(operation.perLane), { withinMs: windowMs });

/** How many operations the server has answered. */
export async function warmUp(server: Server, operation: Operation, { warmUp: sized, warmUpMs }: Size): Promise<number> {
  const perLane = Math.ceil(sized(operation.warmUp) / server.people.length);
  if (perLane === 0) return 0;
  return (await measure(server, operation, perLane, { withinMs: warmUpMs })).latencies.length;
}
