import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { days, hours, now, seconds } from '../../src/base/clock.js';
import { delays } from '../../src/identity/throttling/throttle-entry.js';
import { throttle, type Throttle } from '../../src/identity/throttling/throttle.js';
import { counters, storeCounters } from '../../src/storage/counters.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { engines } from '../storage/engines.js';

describe.each(engines)('on %s:', (engine, open) => {
  let opened: { readonly store: Store; close(): Promise<void> };
  let throttling: Throttle;
  let realm: Realm;
  let realms = 0;
  let move: (milliseconds: number) => void = () => undefined;

  beforeAll(async () => {
    opened = await open([counters, delays]);
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    realm = opened.store.in(`throttle${++realms}`);
    throttling = throttle(storeCounters(realm), realm.of(delays), randomBytes(32));
    // From here on the clock only moves when the test moves it.
    let at = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => at);
    move = (milliseconds) => (at += milliseconds);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const attacker = (i: number): string => `10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`;
  let owners = 0;
  const newAddress = (): string => `192.0.2.${++owners}`;

  /** A wrong guess: undefined if it was checked, otherwise the time to wait. */
  async function guess(name: string, address: string): Promise<number | undefined> {
    const attempt = await throttling.attempt(name, address);
    return attempt.ok ? undefined : attempt.until - now();
  }

  /** A correct password: the time to wait. */
  async function signIn(name: string, address: string): Promise<number | undefined> {
    const attempt = await throttling.attempt(name, address);
    if (!attempt.ok) return attempt.until - now();
    await attempt.succeeded();
    return undefined;
  }

  /** How many guesses from this many addresses are checked in this time, if each is posted as early as possible. */
  async function judgedIn(time: number, name: string, addresses: number): Promise<number> {
    const end = now() + time;
    const ready = Array.from({ length: addresses }, (_, i) => ({ address: attacker(i), at: now() }));
    let judged = 0;
    for (const { address } of ready) if ((await guess(name, address)) === undefined) judged++;
    while (now() < end) {
      const next = ready.find(({ at }) => at <= now());
      if (!next) {
        move(Math.min(...ready.map(({ at }) => at)) - now());
        continue;
      }
      const wait = await guess(name, next.address);
      if (wait !== undefined) {
        next.at = now() + wait;
        continue;
      }
      judged++;
      // The one that waited longest is next, once the slot of the name is free.
      ready.push(...ready.splice(ready.indexOf(next), 1));
      const shared = (await throttling.delaysOf(name)).find(({ kind }) => kind === 'identifier');
      move(Math.max(0, (shared?.until ?? 0) - now()));
    }
    return judged;
  }

  test('an attacker who has to wait for another rule takes nothing from a name', async () => {
    for (let i = 0; i < 20; i++) await guess('owner', attacker(i % 5));
    const from = attacker(100);
    for (let i = 0; i < 60; i++) await guess(`someone${i}`, from);
    expect(await guess('someone', from)).toBeGreaterThan(0);
    // Five seconds of fifty posts a second.
    for (let i = 0; i < 250; i++) {
      await guess('owner', from);
      if (i % 50 === 49) move(seconds(1));
    }
    // Not even an address that has failed at this name before has to wait.
    expect(await signIn('owner', attacker(1))).toBeUndefined();
    expect(await signIn('owner', newAddress())).toBeUndefined();
  });

  test('thirty addresses at a guess a second each keep nobody out', async () => {
    let judged = 0;
    for (let second = 0; second < 40; second++) {
      const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => guess('owner', attacker(i))));
      judged += answers.filter((wait) => wait === undefined).length;
      if (second % 10 === 9) expect(await signIn('owner', newAddress())).toBeUndefined();
      move(seconds(1));
    }
    expect(judged).toBeGreaterThanOrEqual(30 + 20);
    expect(judged).toBeLessThanOrEqual(30 + 20 + 5);
  });

  test('of many guesses of one new address at once, one is its look and the others share the name', async () => {
    for (let i = 0; i < 30; i++) await guess('owner', attacker(i));
    for (let i = 0; i < 21; i++) await guess('owner', attacker(i));
    expect(await guess('owner', attacker(29))).toBeGreaterThan(0);
    const answers = await Promise.all(Array.from({ length: 20 }, () => guess('owner', attacker(50))));
    expect(answers.filter((wait) => wait === undefined)).toHaveLength(1);
  });

  // A full day of a thousand addresses if the store takes no time.
  const [attackers, time] = engine === 'model' ? [1000, days(1)] : [30, engine === 'sqlite' ? hours(6) : hours(2)];
  test(`${attackers} addresses get a guess each, and together no more than 1,440 a day`, async () => {
    const judged = await judgedIn(time, 'owner', attackers);
    expect(judged).toBeGreaterThan(attackers + time / seconds(70));
    expect(judged).toBeLessThanOrEqual(attackers + Math.min(1440, 25 + time / seconds(61)));
    expect(await signIn('owner', newAddress())).toBeUndefined();
  }, 120_000);

  test('a guess that was not judged gives back its look, and the slot of the name', async () => {
    for (let i = 0; i < 20; i++) await guess('owner', attacker(i));
    for (let i = 0; i < 20; i++) await guess('owner', attacker(i));
    for (let i = 0; i < 3; i++) {
      for (const address of [attacker(1), '192.0.2.200']) {
        const attempt = await throttling.attempt('owner', address);
        expect(attempt.ok).toBe(true);
        if (attempt.ok) await attempt.withdrawn();
      }
    }
    const [delay] = await throttling.delaysOf('owner');
    expect(delay).toBeUndefined();
    expect(await guess('owner', attacker(1))).toBeUndefined();
    expect(await guess('owner', attacker(2))).toBe(seconds(5));
  });

  test.each(['pair', 'identifier', 'address', 'codes', 'secret'] as const)(
    'a delay of kind %s that began while a clock was a day ahead ends after its longest delay',
    async (kind) => {
      const longest = { pair: 900, identifier: 61, address: 300, codes: hours(8) / 1000, secret: 900 }[kind];
      const from = attacker(1);
      const once = async (): Promise<number | undefined> => {
        switch (kind) {
          case 'pair':
            return guess('owner', from);
          case 'identifier':
            return guess('owner', attacker(i++ % 30));
          case 'address':
            return guess(`someone${i++}`, from);
          case 'codes': {
            const attempt = await throttling.attemptCode('owner', from);
            return attempt.ok ? undefined : attempt.until - now();
          }
          case 'secret': {
            const until = await throttling.secretDelay('app', from);
            if (until !== undefined) return until - now();
            await throttling.secretFailed('app', from, `secret ${i++}`);
            return undefined;
          }
        }
      };
      let i = 0;
      move(days(1));
      while ((await once()) === undefined);
      move(-days(1));
      const wait = await once();
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(seconds(longest));
      move(wait ?? 0);
      expect(await once()).toBeUndefined();
    },
  );

  test('a slot of a server that is a minute ahead is not ended by one whose clock is right: there it would let guesses through', async () => {
    let i = 0;
    const guessed = (): Promise<number | undefined> => guess('owner', attacker(i++ % 30));
    move(seconds(60));
    while ((await guessed()) === undefined);
    const wait = await guessed();
    move(-seconds(60));
    await guessed();
    move(seconds(60));
    expect(await guessed()).toBe(wait);
  });
});
