import { setTimeout as delay } from 'node:timers/promises';
import { jwks } from '../operations/public.ts';
import { clientCredentials } from '../operations/client-credentials.ts';
import type { Person } from '../load/person.ts';
import { timed } from './timed.ts';

/** The rate of sign-ins relative to the server's capacity. */
const TIMES = 10;

export interface Storm {
  /** The time of a token in the storm, relative to its time alone. */
  readonly token: readonly number[];
  readonly jwks: readonly number[];
}

/**
 * How much longer tokens and the JWKS take during sign-ins at ten times the server's capacity. Most sign-ins are asked to
 * retry, as intended.
 *
 * @param hashesAtOnce the number of hashes that the server computes concurrently
 */
export async function stormRatios(
  people: readonly Person[],
  { count, hashesAtOnce }: { readonly count: number; readonly hashesAtOnce: number },
): Promise<Storm> {
  const [person] = people;
  if (!person) throw new Error('There is nobody to ask.');
  const [sign, read] = [await clientCredentials.lane(person, count), await jwks.lane(person, count)];
  const [hashMs = 100] = (await timed(() => person.signIn(), 3)).toSorted((a, b) => a - b);
  const alone = { token: middle(await timed(sign, count)), jwks: middle(await timed(read, count)) };

  const every = hashMs / hashesAtOnce / TIMES;
  const underWay = new Set<Promise<unknown>>();
  const ending = new AbortController();
  const storm = (async () => {
    for (let at = 0; !ending.signal.aborted; at++) {
      const one = people[at % people.length]?.trySignIn().catch(() => false);
      if (one) underWay.add(one.finally(() => underWay.delete(one)));
      await delay(every);
    }
  })();
  const token = (await timed(sign, count)).map((ms) => ms / alone.token);
  const keys = (await timed(read, count)).map((ms) => ms / alone.jwks);
  ending.abort();
  await storm;
  await Promise.all(underWay);
  return { token, jwks: keys };
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 1;
