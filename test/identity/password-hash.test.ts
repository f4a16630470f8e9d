import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { passwordHasher } from '../../src/identity/password-hash.js';
import { wantedParameters } from '../../src/identity/hash-parameters.js';
import { passwordHashSetting } from '../../src/realm/password-hash-setting.js';
import { generatePassword, passwordRefusal } from '../../src/identity/password-policy.js';

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
    // Wide margins: a comparison that did not hash would take a thousandth.
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
  test.each([
    ['seven77', '8 characters'],
    ['😀😀😀😀', '8 characters'],
    ['x'.repeat(1025), '1024'],
    ['ALICE@work', 'username'],
    ['aaaaaaaa', 'row'],
    ['abababab', 'row'],
    ['12345678', 'row'],
    ['hgfedcba', 'row'],
  ])('refuses %s', (password, why) => {
    expect(passwordRefusal(password, 'alice@WORK')).toContain(why);
  });

  test('takes what it generates, readable and never twice', () => {
    const many = new Set(Array.from({ length: 1000 }, generatePassword));
    expect(many.size).toBe(1000);
    for (const one of many) {
      expect(one).toMatch(/^[a-hjkmnp-z2-9]{5}(-[a-hjkmnp-z2-9]{5}){3}$/);
      expect(passwordRefusal(one, 'alice')).toBeUndefined();
    }
    expect(20 * Math.log2(31)).toBeGreaterThan(80);
  });

  test('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        passwordRefusal(typed, 'alice');
      }),
    );
  });
});
