import type { Operation } from '../operations/operation.ts';
import type { Server } from '../servers/servers.ts';

/** The result of one window: operations of one kind, at one server, in all lanes. */
export interface Window {
  /** Milliseconds of the server's CPU that an operation took. */
  readonly cpuMs: number;
  readonly perSecond: number;
  /** Milliseconds, of each operation. */
  readonly latencies: readonly number[];
}

/** Prepares, then measures; nothing else runs beside it. @param prepared runs between the two */
export async function measure(
  server: Server,
  operation: Operation,
  perLane: number,
  prepared?: () => Promise<unknown>,
): Promise<Window> {
  const lanes = await Promise.all(server.people.map((person) => operation.lane(person, perLane)));
  await prepared?.();
  const before = await cpuOf(server);
  const began = performance.now();
  const latencies = (await Promise.all(lanes.map((next) => run(next, perLane)))).flat();
  const ms = performance.now() - began;
  const cpuMs = (await cpuOf(server)) - before;
  return { cpuMs: cpuMs / latencies.length, perSecond: (latencies.length / ms) * 1000, latencies };
}

async function run(next: () => Promise<unknown>, count: number): Promise<number[]> {
  const latencies: number[] = [];
  while (latencies.length < count) {
    const began = performance.now();
    await next();
    latencies.push(performance.now() - began);
  }
  return latencies;
}

const cpuOf = async ({ process }: Server): Promise<number> =>
  (await process.ask<{ microseconds: number }>('cpu')).microseconds / 1000;
