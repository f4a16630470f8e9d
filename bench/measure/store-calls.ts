import { setTimeout } from 'node:timers/promises';
import type { Place } from '../place.ts';
import type { Operation } from '../operations/operation.ts';
import { type GatehouseName, startGatehouse } from '../servers/servers.ts';

export interface StoreCalls {
  readonly hops: number;
  readonly portCalls: number;
}

/** Background work during a try is not part of the operation. It may last longer than a few tries, so they are apart. */
const TRIES = 8;
const APART_MS = 25;

/** The store calls of each operation, warm. A separate server counts them, since counting costs time. */
export async function storeCalls(
  place: Place,
  name: GatehouseName,
  operations: readonly Operation[],
): Promise<ReadonlyMap<string, StoreCalls>> {
  const server = await startGatehouse(place, name, { people: 1, counted: true });
  try {
    const [person] = server.people;
    if (!person) throw new Error('There is nobody to ask.');
    const calls = new Map<string, StoreCalls>();
    for (const operation of operations) {
      const next = await operation.lane(person, TRIES + 1);
      await next();
      let least: StoreCalls | undefined;
      for (let tried = 0; tried < TRIES; tried++) {
        await setTimeout(APART_MS);
        await server.process.ask('count');
        await next();
        const { hops, portCalls } = await server.process.ask<StoreCalls>('counted');
        if (!least || portCalls < least.portCalls) least = { hops, portCalls };
      }
      if (least) calls.set(operation.name, least);
    }
    return calls;
  } finally {
    await server.process.end();
  }
}
