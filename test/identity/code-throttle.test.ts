import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { days, hours, minutes, now, seconds } from '../../src/base/clock.js';
import { codesOf } from '../../src/identity/throttling/throttle.js';
import { type IdentityStore, identityStores } from './identity-store.js';

describe.each(identityStores)('on %s:', (_store, open) => {
  let home: IdentityStore;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Addresses without an earlier attempt. */
  let addresses = 0;
  const anywhere = (): string => `198.51.${Math.floor(++addresses / 250)}.${addresses % 250}`;

  /** One attempt at a user's code: undefined if it was checked, otherwise the time to wait. */
  async function guess(person: string, address = anywhere()): Promise<number | undefined> {
    const attempt = await home.throttle.attemptCode(person, address);
    return attempt.ok ? undefined : attempt.until - now();
  }

  async function right(person: string, address: string): Promise<boolean> {
    const attempt = await home.throttle.attemptCode(person, address);
    if (attempt.ok) await attempt.succeeded();
    return attempt.ok;
  }

  /** How many guesses of a thief are checked in this time, if each comes from a new address as soon as the wait is over. */
  async function guessesIn(time: number, person: string): Promise<number> {
    const end = now() + time;
    let looked = 0;
    while (now() < end) {
      const wait = await guess(person);
      if (wait === undefined) looked++;
      else move(wait);
    }
    return looked;
  }

  /** From here on the clock only moves when the test moves it. */
  function frozen(): void {
    let at = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => at);
    move = (milliseconds) => (at += milliseconds);
  }
  let move: (milliseconds: number) => void = () => undefined;

  test('who guesses at a person’s codes from a new address each time gets a hundred a month, not one a minute', async () => {
    frozen();
    expect(await guessesIn(hours(8), 'guessed')).toBeLessThan(17);
    expect(await guessesIn(days(21), 'guessed')).toBeLessThan(70);
  });

  test('the waits begin at half a minute after five, and end at eight hours', async () => {
    frozen();
    for (let i = 0; i < 6; i++) expect(await guess('waiting')).toBeUndefined();
    const waits: number[] = [];
    for (let i = 0; i < 13; i++) {
      const wait = (await guess('waiting')) ?? 0;
      waits.push(wait);
      move(wait);
      expect(await guess('waiting')).toBeUndefined();
    }
    expect([waits[0], waits[1], waits[2]]).toEqual([seconds(30), minutes(1), minutes(2)]);
    expect(waits.slice(-2)).toEqual([hours(8), hours(8)]);
  });

  test('of many at once no more are looked at than of one after another, and the wait is no longer', async () => {
    frozen();
    const answers = await Promise.all(Array.from({ length: 60 }, () => guess('stormed')));
    const waits = answers.filter((wait) => wait !== undefined);
    expect(waits.length).toBeGreaterThanOrEqual(54);
    expect(new Set(waits)).toEqual(new Set([seconds(30)]));
  });

  test('a right code ends it, and the owner goes on where they showed one, whatever a thief does elsewhere', async () => {
    frozen();
    const desk = anywhere();
    for (let i = 0; i < 7; i++) await guess('owner');
    expect(await right('owner', desk)).toBe(false);
    move(minutes(1));
    expect(await right('owner', desk)).toBe(true);
    for (let i = 0; i < 5; i++) expect(await guess('owner')).toBeUndefined();
    await guess('owner');
    expect(await guess('owner')).toBeGreaterThan(0);
    expect(await right('owner', desk)).toBe(true);
    // The thief gains nothing from that.
    expect(await guess('owner')).toBeGreaterThan(0);
    // An attacker at the owner's address is limited by the same rule.
    for (let i = 0; i < 6; i++) expect(await guess('owner', desk)).toBeUndefined();
    expect(await guess('owner', desk)).toBeGreaterThan(0);
  });

  test('it is told of, and what is told of can be lifted', async () => {
    for (let i = 0; i < 7; i++) await guess('locked');
    const [delay, ...more] = await home.throttle.delaysOf(codesOf('locked'));
    expect([delay?.kind, delay?.failures, more]).toEqual(['codes', 6, []]);
    if (delay) await home.throttle.lift(delay);
    for (let i = 0; i < 5; i++) expect(await guess('locked')).toBeUndefined();
  });
});
