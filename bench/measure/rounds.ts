import { measure, type Window } from '../load/window.ts';
import { OPERATIONS } from '../operations/operations.ts';
import type { Server, ServerName } from '../servers/servers.ts';
import type { Size } from './size.ts';

/** Windows by operation and server, one of each per round. */
export interface Round {
  readonly windows: ReadonlyMap<string, ReadonlyMap<ServerName, Window>>;
}

/**
 * Several rounds, each of which visits every server for every operation in another order. Disturbances of the machine then
 * affect all of them alike, and ratios are taken within a round.
 */
export async function rounds(servers: readonly Server[], size: Size, say: (line: string) => void): Promise<Round[]> {
  const done: Round[] = [];
  for (let round = 0; round <= size.rounds; round++) {
    say(round === 0 ? 'warming up' : `round ${round} of ${size.rounds}`);
    const windows = new Map<string, ReadonlyMap<ServerName, Window>>();
    for (const [at, operation] of OPERATIONS.entries()) {
      const shown = new Map<ServerName, Window>();
      for (let turn = 0; turn < servers.length; turn++) {
        const server = servers[(turn + round + at) % servers.length];
        if (server) shown.set(server.name, await measure(server, operation, size.perLane(operation.perLane)));
      }
      windows.set(operation.name, shown);
    }
    if (round > 0) done.push({ windows });
  }
  return done;
}
