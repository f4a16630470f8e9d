import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { passwordHasher } from '../../src/identity/password-hashing/password-hasher.js';
import { wantedParameters } from '../../src/identity/password-hashing/hash-parameters.js';
import { passwordHashSetting } from '../../src/realm/settings/password-hash-setting.js';
import { generatePassword, passwordFault, type PasswordOwner } from '../../src/identity/passwords/password-policy.js';

const pepper = Buffer.alloc(32, 7);
const cheap = { scheme: 'bcrypt', cost: 4 } as const;
const hasher = passwordHasher({ pepper, wanted: () => cheap });

describe('a password hash', () => {
  test('matches its password, however its characters are composed, and no other', async () => {
    const stored = await hasher.hash('pässwörd № 1');
    await expect(hasher.matches('pässwörd № 1', stored)).resolves.toBe(true);
    await expect(hasher.matches('pässwörd No 1'.normalize('NFD'), stored)).resolves.toBe(true);
    await expect(hasher.matches('pässwörd No 2', stored)).resolves.toBe(false);
  });

  test('reads all of a long password, and past a NUL', async () => {
    const stored = await hasher.hash(`${'a'.repeat(100)}b`);
    await expect(hasher.matches(`${'a'.repeat(100)}c`, stored)).resolves.toBe(false);
    const withNul = await hasher.hash('before\0after');
    await expect(hasher.matches('before\0other', withNul)).resolves.toBe(false);
  });

  test('is of no use without the pepper', async () => {
    const stored = await hasher.hash('a quiet morning');
    const other = passwordHasher({ pepper: Buffer.alloc(32, 8), wanted: () => cheap });
    await expect(other.matches('a quiet morning', stored)).resolves.toBe(false);
  });

  test('without one stored, nothing matches', async () => {
    await expect(hasher.matches('a quiet morning', undefined)).resolves.toBe(false);
  });

  test('without one stored, the work is the same', async () => {
    // Wide margins: a comparison without a hash would take a thousandth.
    const slow = passwordHasher({ pepper, wanted: () => ({ scheme: 'bcrypt', cost: 9 }) });
    const stored = await slow.hash('a quiet morning');
    const fastest = async (against: typeof stored | undefined): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        const began = performance.now();
        await slow.matches('something else', against);
        times.push(performance.now() - began);
      }
      return Math.min(...times);
    };
    const [known, unknown] = [await fastest(stored), await fastest(undefined)];
    expect(unknown / known).toBeGreaterThan(0.1);
    expect(unknown / known).toBeLessThan(10);
  });

  test('has the cost that is meant for people', async () => {
    const meant = wantedParameters(passwordHashSetting.parse({}));
    const { hash } = await passwordHasher({ pepper, wanted: () => meant }).hash('a quiet morning');
    expect(hash).toMatch(/^\$2b\$11\$/);
  });
});

describe('the password policy', () => {
  const alice: PasswordOwner = {
    username: 'alice@WORK',
    email: 'a.liddell@wonder.example',
    profile: { name: 'Alice Pleasance Liddell', nickname: 'Dormouse' },
    realmName: 'Bread & Sons',
  };

  test.each([
    ['seven77', 'too-short'],
    ['😀😀😀😀', 'too-short'],
    ['x'.repeat(1025), 'too-long'],
    ['ALICE@work', 'is-username'],
    ['aaaaaaaa', 'row'],
    ['abababab', 'row'],
    ['12345678', 'row'],
    ['hgfedcba', 'row'],
    ['password', 'common'],
    ['password123456', 'common'],
    ['Passw0rd!Passw0rd!', 'common'],
    ['ｐａｓｓｗｏｒｄ１２３', 'common'],
    ['passwort1', 'common'],
    ['qwertz123456', 'common'],
    ['1q2w3e4r5t', 'common'],
    ['12.08.1984', 'common'],
    ['Alice2024!', 'personal'],
    ['lidde11wonder', 'personal'],
    ['dormouse77', 'personal'],
    ['pleasance1', 'personal'],
    ['Bread & Sons', 'personal'],
    ['gatehouse1', 'personal'],
  ])('refuses %s', async (password, fault) => {
    expect((await passwordFault(password, alice))?.code).toBe(`password-${fault}`);
  });

  test.each(['a quiet morning', 'aB3$kP9x', 'four crows on a wire', '日本語のパスワード', 'alice likes green trees'])(
    'takes %s',
    async (password) => {
      expect(await passwordFault(password, alice)).toBeUndefined();
    },
  );

  test('looks at no more than 64 characters, of which the cost grows', async () => {
    const common = 'password'.repeat(8);
    expect((await passwordFault(`${common}${generatePassword()}`, alice))?.code).toBe('password-common');
    const names = Array.from({ length: 1000 }, (_, at) => `name${at}`).join(' ');
    expect(
      await passwordFault('4@8({[<369&#!1/|0$5+7%2'.repeat(40), { username: 'bob', profile: { name: names } }),
    ).toBe(undefined);
  });

  test('takes what it generates, readable and never twice', async () => {
    const many = new Set(Array.from({ length: 1000 }, generatePassword));
    expect(many.size).toBe(1000);
    for (const password of many) expect(password).toMatch(/^[a-hjkmnp-z2-9]{5}(-[a-hjkmnp-z2-9]{5}){3}$/);
    for (const password of [...many].slice(0, 50)) expect(await passwordFault(password, alice)).toBeUndefined();
    expect(20 * Math.log2(31)).toBeGreaterThan(80);
  });

  test('never throws, whatever is typed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.string({ unit: 'binary' }),
        async (typed, name) => {
          await passwordFault(typed, { username: 'alice', profile: { name } });
        },
      ),
      { numRuns: 200 },
    );
  });
});
