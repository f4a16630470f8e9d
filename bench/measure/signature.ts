import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Place } from '../place.ts';
import { clientCredentials } from '../operations/client-credentials.ts';
import { type GatehouseName, startGatehouse } from '../servers/servers.ts';
import type { Size } from './size.ts';
import { type Storm, stormRatios } from './storm.ts';
import { timed } from './timed.ts';

/** The number of concurrent sign-ins beside it. */
const SIGN_INS = 8;

export interface Signatures {
  /** Milliseconds, of each. */
  readonly alone: readonly number[];
  readonly besideSignIns: readonly number[];
  readonly storm: Storm;
}

/**
 * The time of a token with a signature, alone and during sign-ins, whose hashes have their real cost and share libuv's pool
 * with it. Also returns the environment of that Gatehouse, so that another one can start on its store.
 */
export async function signatures(
  place: Place,
  name: GatehouseName,
  { signatures: count }: Size,
): Promise<Signatures & { readonly env: Readonly<Record<string, string>> }> {
  const server = await startGatehouse(place, name, { people: SIGN_INS, realCost: true });
  const [person] = server.people;
  if (!person) throw new Error('There is nobody to ask.');
  const sign = await clientCredentials.lane(person, count);
  await timed(sign, count);
  const alone = await timed(sign, count);

  let over = false;
  const signIns = server.people.map(async (each) => {
    while (!over) {
      // Users who are refused by a busy server try again.
      if (!(await each.trySignIn())) await delay(100);
    }
  });
  const besideSignIns = await timed(sign, count);
  over = true;
  await Promise.all(signIns);
  const hashesAtOnce = Math.max(1, availableParallelism() - 1);
  const storm = await stormRatios(server.people, { count, hashesAtOnce });
  await server.process.end();
  return { alone, besideSignIns, storm, env: server.env };
}
