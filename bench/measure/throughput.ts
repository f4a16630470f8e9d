import { setTimeout as delay } from 'node:timers/promises';
import type { Person } from '../load/person.ts';
import { introspection } from '../operations/introspection.ts';
import type { Operation } from '../operations/operation.ts';
import { refresh } from '../operations/refresh.ts';
import type { Place } from '../place.ts';
import { type Program, startProgram } from '../servers/program.ts';
import { bootstrapped, type GatehouseName } from '../servers/servers.ts';
import type { Size } from './size.ts';

/** An operation that reads and one that writes. */
const COMPARED: readonly Operation[] = [introspection, refresh];
const PROCESSES = [1, 2] as const;

/** Requests a second, of each round. */
export interface Throughput {
  readonly store: GatehouseName;
  readonly operation: string;
  readonly one: readonly number[];
  readonly two: readonly number[];
}

interface Side {
  readonly people: readonly Person[];
  readonly program: Program;
  /** Requests a second of each round, by the operation's name. */
  readonly perSecond: Map<string, number[]>;
}

/** The same load at a Gatehouse of one process and at one of two, in turn. Load and servers share the machine. */
export async function throughput(place: Place, store: GatehouseName, size: Size): Promise<Throughput[]> {
  const sides: Side[] = [];
  try {
    for (const processes of PROCESSES) {
      const { env, people } = await bootstrapped(place, store, {
        people: size.throughputPeople,
        env: { GATEHOUSE_PROCESSES: String(processes) },
      });
      sides.push({ people, perSecond: new Map<string, number[]>(), program: await startProgram(env) });
    }
    // Readiness is that of the first worker.
    await delay(size.quietMs);
    for (const operation of COMPARED) {
      for (let round = 0; round <= size.rounds; round++) {
        for (const { people, perSecond } of round % 2 === 0 ? sides : sides.toReversed()) {
          const came = await answered(people, operation, size.throughputMs);
          // The first round warms up.
          if (round > 0) perSecond.set(operation.name, [...(perSecond.get(operation.name) ?? []), came]);
        }
      }
    }
    const of = (side: number, { name }: Operation): readonly number[] => sides[side]?.perSecond.get(name) ?? [];
    return COMPARED.map((operation) => ({
      store,
      operation: operation.name,
      one: of(0, operation),
      two: of(1, operation),
    }));
  } finally {
    await Promise.all(sides.map(({ program }) => program.end()));
  }
}

/** Operations a second in all lanes. */
async function answered(people: readonly Person[], operation: Operation, ms: number): Promise<number> {
  const lanes = await Promise.all(people.map((person) => operation.lane(person, Infinity)));
  let count = 0;
  const began = performance.now();
  const running = lanes.map(async (next) => {
    do {
      await next();
      count++;
    } while (performance.now() < began + ms);
  });
  await Promise.all(running);
  return (count / (performance.now() - began)) * 1000;
}
