import { setTimeout as delay } from 'node:timers/promises';
import { jwks } from '../operations/public.ts';
import { clientCredentials } from '../operations/client-credentials.ts';
import type { Person } from '../load/person.ts';
import { timed } from './timed.ts';

/** So many times as often as passwords can be checked. */
const TIMES = 10;

export interface Storm {
  /** What a token takes in the storm, against what it takes alone. */
  readonly token: readonly number[];
  readonly jwks: readonly number[];
}

/**
 * How much longer tokens and the JWKS take while ten times as many people try to sign in as passwords can be checked. Most of
 * them are asked to come back, as they should be.
 *
 * @param hashesAtOnce how many that server checks at a time
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
