import { setTimeout as delay } from 'node:timers/promises';
import type { Person } from '../load/person.ts';
import { FromAddress } from '../../test/support/from-address.ts';

/** Seconds until this person is signed in from a new address, obeying each refusal's delay. */
export async function timeToGetIn(person: Person, at: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    const wait = await person.tryOrWait(new FromAddress(`203.0.113.${at + 1}`));
    if (wait === undefined) return (performance.now() - began) / 1000;
    await delay(wait * 1000);
  }
}
