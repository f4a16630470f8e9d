import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { credentials } from '../../src/identity/passwords/credential.js';
import { type HashParameters, isRise, parametersOf } from '../../src/identity/password-hashing/hash-parameters.js';
import { hashOfNobody, isOf, newHash } from '../../src/identity/password-hashing/hash-schemes.js';
import { hashQueue } from '../../src/identity/password-hashing/hash-queue.js';
import { passwordHasher } from '../../src/identity/password-hashing/password-hasher.js';
import { usualTimes } from '../../src/identity/password-hashing/hash-timing.js';
import { by, identityStores, made, PASSWORD, type IdentityStore } from './identity-store.js';
import { cpuMilliseconds } from '../support/cpu-milliseconds.js';

const CHEAP = { scheme: 'bcrypt', cost: 4 } as const;
const DEARER = { scheme: 'bcrypt', cost: 5 } as const;
const ARGON2 = { scheme: 'argon2id', memoryKiB: 64, passes: 2, parallelism: 1 } as const;

describe('a stored hash', () => {
  test.each<HashParameters>([CHEAP, ARGON2])('says what it costs: %j', async (parameters) => {
    const hash = await newHash('a message', parameters);
    expect(parametersOf(hash)).toEqual(parameters);
    expect(parametersOf(hashOfNobody(parameters))).toEqual(parameters);
    expect(await isOf('a message', hash, parameters)).toBe(true);
    expect(await isOf('another', hash, parameters)).toBe(false);
  });

  test('of argon2id is one that every other implementation reads', async () => {
    // From the tests of the reference implementation (phc-winner-argon2): password, somesalt, t=2, m=64 MiB, p=1.
    const tag = Buffer.from('09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7', 'hex');
    const hash = `$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$${tag.toString('base64').replace('=', '')}`;
    const parameters = parametersOf(hash);
    expect(parameters).toEqual({ scheme: 'argon2id', memoryKiB: 65536, passes: 2, parallelism: 1 });
    expect(parameters && (await isOf('password', hash, parameters))).toBe(true);
  });

  test.each([
    ['bcrypt above 14', `$2b$15$${'a'.repeat(53)}`],
    ['bcrypt of a cost without end', `$2b$31$${'a'.repeat(53)}`],
    ['argon2id above 64 MiB', `$argon2id$v=19$m=65537,t=2,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}`],
    ['argon2id of endless passes', `$argon2id$v=19$m=64,t=9999,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}`],
    ['argon2id of no pass', `$argon2id$v=19$m=64,t=0,p=1$${'a'.repeat(22)}$${'a'.repeat(43)}`],
    ['something else', 'a quiet morning'],
  ])('is never computed, and matches nothing, where it is %s', async (_what, hash) => {
    expect(parametersOf(hash)).toBeUndefined();
    const hasher = passwordHasher({ pepper: Buffer.alloc(32, 7), wanted: () => CHEAP });
    const spent = await cpuMilliseconds(async () => {
      expect(await hasher.matches('a quiet morning', { scheme: 'bcrypt', hash })).toBe(false);
    });
    expect(spent).toBeLessThan(1000);
  });

  test.each<[HashParameters, HashParameters, boolean]>([
    [CHEAP, DEARER, true],
    [DEARER, CHEAP, false],
    [CHEAP, CHEAP, false],
    [CHEAP, ARGON2, true],
    [ARGON2, CHEAP, true],
    [ARGON2, { ...ARGON2, passes: 3 }, true],
    [ARGON2, { ...ARGON2, memoryKiB: 32 }, false],
  ])('of %j falls behind %j: %j', (from, wanted, rise) => {
    expect(isRise(from, wanted)).toBe(rise);
  });
});

describe('hashes of two costs', () => {
  test('are told apart by no wrong answer: it takes what the slowest takes', () => {
    const usual = usualTimes();
    expect(usual.slowestWith(CHEAP, 10)).toBe(0);
    expect(usual.slowestWith(DEARER, 40)).toBe(40);
    expect(usual.slowestWith(CHEAP, 10)).toBe(40);
  });

  test('so that a name whose hash is old is no quicker than one that nobody has', async () => {
    let wanted: HashParameters = { scheme: 'bcrypt', cost: 6 };
    const hasher = passwordHasher({ pepper: Buffer.alloc(32, 7), wanted: () => wanted });
    const old = await hasher.hash(PASSWORD);
    wanted = { scheme: 'bcrypt', cost: 10 };
    const fastest = async (against: typeof old | undefined): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        const began = performance.now();
        await hasher.matches('something else', against);
        times.push(performance.now() - began);
      }
      return Math.min(...times);
    };
    const unknown = await fastest(undefined);
    expect((await fastest(old)) / unknown).toBeGreaterThan(0.5);
  });
});

describe.each(identityStores)('at a sign-in on %s', (_store, open) => {
  let home: IdentityStore;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());

  let names = 0;
  const newUser = async () =>
    made(
      await home.users.create(by, { username: `person${++names}`, password: { clear: PASSWORD, generated: false } }),
    );
  const verify = (identifier: string) =>
    home.authentication.authenticate({ identifier, password: PASSWORD }, '192.0.2.1');
  const stored = async (id: string): Promise<string> =>
    (await home.realm.of(credentials).get(id))?.password.hash ?? 'none';
  const until = async (id: string, prefix: string): Promise<string> => {
    const giveUp = performance.now() + 10_000;
    while (!(await stored(id)).startsWith(prefix) && performance.now() < giveUp) await delay(5);
    return stored(id);
  };

  test('a hash rises with the setting, and to another scheme, and the password stays good', async () => {
    home.want(CHEAP);
    const user = await newUser();
    const before = await home.realm.of(credentials).get(user.id);
    expect(before?.password.hash).toMatch(/^\$2b\$04\$/);
    for (const [wanted, prefix] of [
      [DEARER, '$2b$05$'],
      [ARGON2, '$argon2id$'],
    ] as const) {
      home.want(wanted);
      expect((await verify(user.username)).kind).toBe('ok');
      expect(await until(user.id, prefix)).toContain(prefix);
      expect((await verify(user.username)).kind).toBe('ok');
    }
    const { scheme, setAt } = (await home.realm.of(credentials).get(user.id))?.password ?? {};
    expect({ scheme, setAt }).toEqual({ scheme: 'argon2id', setAt: before?.password.setAt });
    home.want(CHEAP);
  });

  test('a wrong password makes no hash rise', async () => {
    home.want(CHEAP);
    const user = await newUser();
    home.want(DEARER);
    const before = home.hashed.better;
    await home.authentication.authenticate({ identifier: user.username, password: 'another one' }, '192.0.2.2');
    expect(home.hashed.better).toBe(before);
    home.want(CHEAP);
  });

  test('a password that is set meanwhile wins', async () => {
    home.want(CHEAP);
    const user = await newUser();
    home.want(DEARER);
    const mid: { go?: () => void } = {};
    home.hooks.beforeBetter = () => new Promise((resolve) => (mid.go = resolve));
    expect((await verify(user.username)).kind).toBe('ok');
    made(await home.passwords.set(by, user.id, { clear: 'what they chose', generated: false }));
    const chosen = await stored(user.id);
    mid.go?.();
    await delay(100);
    expect(await stored(user.id)).toBe(chosen);
    home.hooks.beforeBetter = async () => undefined;
    home.want(CHEAP);
  });

  test('nothing is hashed anew while others wait for their turn', async () => {
    const queue = hashQueue({ concurrency: 1 });
    let release = (): void => undefined;
    const first = queue.run(() => new Promise<void>((resolve) => (release = resolve)));
    expect(await queue.runIfIdle(async () => 'hashed')).toBeUndefined();
    release();
    await first;
    expect(await queue.runIfIdle(async () => 'hashed')).toBe('hashed');
  });

  test('what the store says no to is said to whoever listens, and to nobody who signs in', async () => {
    home.want(CHEAP);
    const user = await newUser();
    home.hooks.beforeBetter = () => Promise.reject(new Error('away'));
    expect((await verify(user.username)).kind).toBe('ok');
    await delay(20);
    expect(home.failures).toHaveLength(1);
    home.hooks.beforeBetter = async () => undefined;
  });
});
