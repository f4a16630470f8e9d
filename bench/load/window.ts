import type { Operation } from '../operations/operation.ts';
import type { Server } from '../servers/servers.ts';

/** The result of one window: operations of one kind, at one server, in all lanes. */
export interface Window {
  /** Milliseconds of the server's CPU that an operation took, in all of its threads. */
  readonly cpuMs: number;
  readonly perSecond: number;
  /** Milliseconds, of each operation. */
  readonly latencies: readonly number[];
  /** Writes that the store committed together, on average; absent where nothing was written or nothing counts them. */
  readonly jobsPerCommit?: number;
}

export interface WindowOptions {
  /** Ends the window early, after this many milliseconds. */
  readonly withinMs?: number;
  /** Runs between the preparation and the window. */
  readonly prepared?: () => Promise<unknown>;
}

/** Prepares, then measures; nothing else runs beside it. */
export async function measure(
  server: Server,
  operation: Operation,
  perLane: number,
  { withinMs = Infinity, prepared }: WindowOptions = {},
): Promise<Window> {
  const lanes = await Promise.all(server.people.map((person) => operation.lane(person, perLane)));
  await prepared?.();
  const before = await usedBy(server);
  const began = performance.now();
  const latencies = (await Promise.all(lanes.map((next) => run(next, perLane, began + withinMs)))).flat();
  const ms = performance.now() - began;
  const after = await usedBy(server);
  const commits = after.commits - before.commits;
  return {
    cpuMs: (after.microseconds - before.microseconds) / 1000 / latencies.length,
    perSecond: (latencies.length / ms) * 1000,
    latencies,
    ...(operation.writes && commits > 0 && { jobsPerCommit: (after.jobs - before.jobs) / commits }),
  };
}

/** At least one, and then until `count` or the time is reached. */
async function run(next: () => Promise<unknown>, count: number, until: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let began = performance.now(); latencies.length < count && (began < until || latencies.length === 0);) {
    await next();
    const now = performance.now();
    latencies.push(now - began);
    began = now;
  }
  return latencies;
}

/** The CPU of a server so far, and its store's commits with their writes, where something counts them. */
interface Used {
  readonly microseconds: number;
  readonly jobs: number;
  readonly commits: number;
}

const usedBy = ({ process }: Server): Promise<Used> => process.ask<Used>('used');
