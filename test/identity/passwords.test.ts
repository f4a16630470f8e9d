import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { personalKeys } from '../../src/changes/personal/personal-keys.js';
import { credentials } from '../../src/identity/passwords/credential.js';
import { passwordAuthentication } from '../../src/identity/userstores/authenticate-password.js';
import type { PasswordCheck } from '../../src/identity/userstores/password-check.js';
import { primaryConnector } from '../../src/identity/userstores/primary-connector.js';
import { signOutEpochOf } from '../../src/sessions/sign-out-epoch.js';
import { codesOf } from '../../src/identity/throttling/throttle.js';
import type { users } from '../../src/identity/users/user.js';
import type { Realm } from '../../src/storage/store.js';
import { by, chainOf, identityStores, made, PASSWORD, type IdentityStore } from './identity-store.js';

describe.each(identityStores)('on %s:', (_store, open) => {
  let home: IdentityStore;
  beforeAll(async () => {
    home = await open();
  });
  afterAll(() => home.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  let addresses = 0;
  const newAddress = (): string => `192.0.2.${++addresses}`;
  let names = 0;
  const newUser = async (): Promise<string> => {
    const username = `person${++names}`;
    made(await home.users.create(by, { username, password: { clear: PASSWORD, generated: false } }));
    return username;
  };
  const verify = (identifier: string, password: string, address: string): Promise<PasswordCheck> =>
    home.authentication.authenticate({ identifier, password }, address);

  /** Moves the clock ahead from here on. */
  function later(milliseconds: number): void {
    const real = Date.now.bind(Date);
    jest.restoreAllMocks();
    const at = real() + milliseconds;
    jest.spyOn(Date, 'now').mockImplementation(() => at);
  }
  async function times(count: number, each: () => Promise<PasswordCheck>): Promise<string[]> {
    const kinds: string[] = [];
    for (let i = 0; i < count; i++) kinds.push((await each()).kind);
    return kinds;
  }

  describe('guesses at names', () => {
    test('never slow down the codes of a second factor, which only who knows the password can guess at', async () => {
      for (const typed of ['code of someone', ' code of someone', '\u00a0code of someone']) {
        await times(25, () => verify(typed, 'something else', newAddress()));
      }
      expect(await home.throttle.delaysOf(codesOf('someone'))).toEqual([]);
    });
  });

  describe('a password that is changed while another server judges the one before', () => {
    test('leaves that sign-in in the epoch before the change, however slowly its user is read', async () => {
      const username = await newUser();
      const user = await home.identifiers.findUser(username);
      if (!user) throw new Error('Nobody was made.');
      let credentialRead: Promise<unknown> | undefined;
      const change = { clear: `${PASSWORD} later`, generated: false };
      const of = (spec: typeof users | typeof credentials) => {
        const collection = home.realm.of(spec as typeof users);
        const get = async (id: string) => {
          if ((spec as unknown) === credentials) return (credentialRead = collection.get(id));
          // Slower than the parallel reads, and than a change.
          await new Promise(setImmediate);
          if (credentialRead) {
            await credentialRead;
            made(await home.passwords.set(by, user.id, change, { signOut: true }));
          }
          return collection.get(id);
        };
        return { ...collection, get };
      };
      const { hasher, throttle, browsers } = home;
      const realm = { ...home.realm, of: of as unknown as Realm['of'] };
      const primary = primaryConnector({ realm, hasher, onFailure: () => undefined });
      const authentication = passwordAuthentication({
        ...{ realm, hasher, throttle, browsers, personal: personalKeys(realm) },
        ...chainOf(primary),
      });
      const outcome = await authentication.authenticate({ identifier: username, password: PASSWORD }, newAddress());
      expect(outcome).toMatchObject({ kind: 'ok' });
      expect(outcome.kind === 'ok' && outcome.user.signedOutAt).toBe(undefined);
    });
  });

  describe('a storm of sign-ins', () => {
    test('sends people away before anything is asked of the store, and counts no failure', async () => {
      const [username, address] = [await newUser(), newAddress()];
      const before = home.hashed.matches;
      home.hooks.overloaded = true;
      try {
        expect(await times(30, () => verify(username, 'a wrong one', address))).toEqual(
          Array.from({ length: 30 }, () => 'overloaded'),
        );
        expect(home.hashed.matches).toBe(before);
      } finally {
        home.hooks.overloaded = false;
      }
      expect((await verify(username, PASSWORD, address)).kind).toBe('ok');
    });
  });

  describe('a password', () => {
    test('is right for its user, by username or verified e-mail, however they are written', async () => {
      made(
        await home.users.create(by, {
          username: 'Alice',
          email: 'Alice@Example.com',
          emailVerified: true,
          password: { clear: PASSWORD, generated: false },
        }),
      );
      for (const typed of ['alice', 'ALICE', 'ａｌｉｃｅ', 'alice@example.COM']) {
        expect(await verify(typed, PASSWORD, newAddress())).toMatchObject({ kind: 'ok', user: { username: 'Alice' } });
      }
      expect(await verify('alice', 'something else', newAddress())).toMatchObject({ kind: 'wrong-credentials' });
    });

    test('signs nobody in by an e-mail address that is not verified', async () => {
      made(
        await home.users.create(by, {
          username: 'carol',
          email: 'carol@example.com',
          password: { clear: PASSWORD, generated: false },
        }),
      );
      expect(await verify('carol@example.com', PASSWORD, newAddress())).toEqual({ kind: 'wrong-credentials' });
    });

    test('says that its user is disabled only when it is right', async () => {
      const name = await newUser();
      const user = await home.identifiers.findUser(name);
      made(await home.users.update(by, user?.id ?? '', { state: 'disabled' }));
      expect((await verify(name, 'something else', newAddress())).kind).toBe('wrong-credentials');
      expect(await verify(name, PASSWORD, newAddress())).toMatchObject({ kind: 'ok', user: { state: 'disabled' } });
    });

    test.each([
      ['of an unknown name', 'nobody at all', 'x'],
      ['of a name that can be none', 'a b/c\u0000', 'x'],
      ['of a very long name', 'x'.repeat(100_000), 'x'],
    ])('%s is compared exactly as a known one is', async (_what, name, password) => {
      const known = await newUser();
      const before = { ...home.hashed };
      expect((await verify(known, 'wrong', newAddress())).kind).toBe('wrong-credentials');
      const forKnown = home.hashed.matches - before.matches;
      expect(await verify(name, password, newAddress())).toEqual({ kind: 'wrong-credentials' });
      expect(home.hashed.matches - before.matches).toBe(2 * forKnown);
      expect(forKnown).toBe(1);
    });

    test('of a user who has none is compared too', async () => {
      made(await home.users.create(by, { username: 'passwordless' }));
      const before = home.hashed.matches;
      expect((await verify('passwordless', PASSWORD, newAddress())).kind).toBe('wrong-credentials');
      expect(home.hashed.matches).toBe(before + 1);
    });

    test('that is empty or endless is never hashed', async () => {
      const name = await newUser();
      const before = home.hashed.matches;
      expect((await verify(name, '', newAddress())).kind).toBe('wrong-credentials');
      expect((await verify(name, 'x'.repeat(1025), newAddress())).kind).toBe('wrong-credentials');
      expect(home.hashed.matches).toBe(before);
    });
  });

  describe('guessing', () => {
    test('is stopped before any hash, and alike for names that are not there', async () => {
      const answers: PasswordCheck[][] = [];
      for (const name of [await newUser(), 'not-there', 'no name/']) {
        const address = newAddress();
        const before = home.hashed.matches;
        const outcomes: PasswordCheck[] = [];
        for (let i = 0; i < 10; i++) outcomes.push(await verify(name, 'guess', address));
        // Five are free, and one is admitted at the beginning of the first delay.
        expect(home.hashed.matches - before).toBe(6);
        answers.push(
          outcomes.map(({ kind, ...rest }) => ('user' in rest ? { kind } : { kind, ...rest })) as PasswordCheck[],
        );
      }
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
      expect(answers[0]?.at(-1)).toEqual({ kind: 'throttled', retryAfterSeconds: expect.any(Number) });
    });

    test('by many at once gets no further than one after another', async () => {
      const name = await newUser();
      const address = newAddress();
      const before = home.hashed.matches;
      // Fewer than the free attempts of an address, which would refuse some of the five in an order that nobody controls.
      await Promise.all(Array.from({ length: 40 }, () => verify(name, 'guess', address)));
      expect(home.hashed.matches - before).toBeLessThanOrEqual(6);
      expect(home.hashed.matches - before).toBeGreaterThanOrEqual(5);
    });

    test('waits longer each time, and the waiting ends by itself', async () => {
      const name = await newUser();
      const address = newAddress();
      await times(6, () => verify(name, 'guess', address));
      const waits: number[] = [];
      let passed = 0;
      for (let i = 0; i < 9; i++) {
        const outcome = await verify(name, 'guess', address);
        if (outcome.kind !== 'throttled') throw new Error(`not throttled but ${outcome.kind}`);
        waits.push(outcome.retryAfterSeconds);
        passed += outcome.retryAfterSeconds * 1000;
        later(passed);
        expect((await verify(name, 'guess', address)).kind).toBe('wrong-credentials');
      }
      expect(waits[0]).toBeLessThanOrEqual(15);
      expect(waits.slice(1).every((wait, i) => wait >= (waits[i] ?? 0))).toBe(true);
      expect(waits[1]).toBeGreaterThan(20);
      expect(waits.at(-1)).toBe(900);
      expect((await verify(name, PASSWORD, address)).kind).toBe('throttled');
      later(passed + 900_000);
      expect((await verify(name, PASSWORD, address)).kind).toBe('ok');
      // A correct password resets the count.
      expect(await times(5, () => verify(name, 'guess', address))).not.toContain('throttled');
    });

    test('waits no longer for having been impatient', async () => {
      const name = await newUser();
      const address = newAddress();
      await times(6, () => verify(name, 'guess', address));
      expect(await times(30, () => verify(name, PASSWORD, address))).toEqual(
        Array.from({ length: 30 }, () => 'throttled'),
      );
      later(15_000);
      expect((await verify(name, 'guess', address)).kind).toBe('wrong-credentials');
      const next = await verify(name, PASSWORD, address);
      if (next.kind !== 'throttled') throw new Error(next.kind);
      expect(next.retryAfterSeconds).toBeLessThanOrEqual(30);
    });

    test('from many addresses keeps no owner out, wherever they are; others share one slot of the name', async () => {
      const name = await newUser();
      const home1 = newAddress();
      expect((await verify(name, PASSWORD, home1)).kind).toBe('ok');
      const guesses: string[] = [];
      for (let i = 0; i < 80; i++) guesses.push((await verify(name, 'guess', `198.51.100.${i % 40}`)).kind);
      // The first of each address; after them 20 are free, and one more is admitted at the beginning of the first delay.
      expect(guesses.slice(0, 61)).not.toContain('throttled');
      expect(guesses.slice(61)).toEqual(Array.from({ length: 19 }, () => 'throttled'));
      expect((await verify(name, PASSWORD, home1)).kind).toBe('ok');
      expect((await verify(name, PASSWORD, newAddress())).kind).toBe('ok');
      const mistyped = newAddress();
      expect((await verify(name, 'guess', mistyped)).kind).toBe('wrong-credentials');
      const elsewhere = await verify(name, PASSWORD, mistyped);
      if (elsewhere.kind !== 'throttled') throw new Error(elsewhere.kind);
      expect(elsewhere.retryAfterSeconds).toBeLessThanOrEqual(61);
      later(elsewhere.retryAfterSeconds * 1000);
      expect((await verify(name, PASSWORD, mistyped)).kind).toBe('ok');
    });

    test('at many names from one address is stopped, but not for who is known there', async () => {
      const name = await newUser();
      const office = newAddress();
      expect((await verify(name, PASSWORD, office)).kind).toBe('ok');
      const spray: string[] = [];
      for (let i = 0; i < 60; i++) spray.push((await verify(`sprayed${i}`, 'guess', office)).kind);
      expect(spray.slice(0, 50)).not.toContain('throttled');
      expect(spray.slice(51)).toEqual(Array.from({ length: 9 }, () => 'throttled'));
      expect((await verify(name, PASSWORD, office)).kind).toBe('ok');
    });

    test('counts all of an IPv6 network, and both forms of an IPv4 address, as one', async () => {
      const [one, two] = [await newUser(), await newUser()];
      for (let i = 0; i < 6; i++) await verify(one, 'guess', `2001:db8::${i + 1}`);
      expect((await verify(one, 'guess', '2001:db8::ffff:1')).kind).toBe('throttled');
      expect((await verify(one, 'guess', '2001:db8:0:1::1')).kind).toBe('wrong-credentials');
      const address = newAddress();
      for (let i = 0; i < 6; i++) await verify(two, 'guess', i % 2 ? address : `::ffff:${address}`);
      expect((await verify(two, 'guess', address)).kind).toBe('throttled');
    });

    test('keeps nobody out of a browser that has signed in as them, even behind the attacker’s own address', async () => {
      const name = await newUser();
      const user = await home.identifiers.findUser(name);
      if (!user) throw new Error(name);
      const office = newAddress();
      const cookie = home.browsers.issue(user.id, signOutEpochOf(user));
      const inBrowser = (password: string, browser = cookie, typed = name) =>
        home.authentication.authenticate({ identifier: typed, password }, office, browser).then(({ kind }) => kind);
      for (let i = 0; i < 60; i++) await verify(`sprayed office ${i}`, 'guess', office);
      for (let i = 0; i < 6; i++) await verify(name, 'guess', office);
      expect((await verify(name, PASSWORD, office)).kind).toBe('throttled');
      // It is valid for no other user, and no other value is valid.
      const another = home.browsers.issue('another user', signOutEpochOf(user));
      expect(await inBrowser(PASSWORD, cookie, await newUser())).toBe('throttled');
      expect(await inBrowser(PASSWORD, another)).toBe('throttled');
      for (const forged of ['', 'x', `${cookie}x`, another.replace(/^[^.]*/, /^[^.]*/.exec(cookie)?.[0] ?? '')]) {
        expect(await inBrowser(PASSWORD, forged)).toBe('throttled');
      }
      expect(await inBrowser(PASSWORD)).toBe('ok');
      // After ten failures it counts as any other browser until a correct password.
      const elsewhere = home.browsers.issue(user.id, signOutEpochOf(user));
      for (let i = 0; i < 10; i++) expect(await inBrowser('guess', elsewhere)).toBe('wrong-credentials');
      expect(await inBrowser('guess', elsewhere)).toBe('throttled');
      // A new password and a sign-out everywhere invalidate it.
      made(await home.users.signOutEverywhere(by, user.id));
      for (let i = 0; i < 8; i++) await verify(name, 'guess', office);
      expect(await inBrowser(PASSWORD)).toBe('throttled');
    });

    test('is slowed down in a browser whose sign-in was 90 days ago', async () => {
      const name = await newUser();
      const user = await home.identifiers.findUser(name);
      if (!user) throw new Error(name);
      const office = newAddress();
      const cookie = home.browsers.issue(user.id, signOutEpochOf(user));
      later(90 * 86_400_000);
      for (let i = 0; i < 7; i++) await verify(name, 'guess', office);
      expect(
        (await home.authentication.authenticate({ identifier: name, password: PASSWORD }, office, cookie)).kind,
      ).toBe('throttled');
    });

    test('never makes right passwords count as failures', async () => {
      const name = await newUser();
      const address = newAddress();
      expect(await times(60, () => verify(name, PASSWORD, address))).not.toContain('throttled');
      const office = newAddress();
      for (let i = 0; i < 55; i++) {
        const newcomer = await newUser();
        expect((await verify(newcomer, PASSWORD, office)).kind).toBe('ok');
      }
    });
  });
});
