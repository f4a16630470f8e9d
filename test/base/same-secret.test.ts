import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sameBytes, sameText } from '../../src/base/crypto/constant-time-equal.js';
import { cookieSignatures } from '../../src/http/request/cookie-signatures.js';
import { csrfTokens } from '../../src/http/request/csrf.js';
import { passwordHasher } from '../../src/identity/password-hashing/password-hasher.js';
import { readRecoveryCode } from '../../src/identity/second-factor/recovery-codes.js';
import { newSeed, stepOf } from '../../src/sign-in/authenticators/totp/totp-codes.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import { compareSecret, makeSecret } from '../../src/realm/clients/client-secret.js';

const key = randomBytes(32);
const signatures = cookieSignatures([key.toString('base64')]);
const csrf = csrfTokens([key]);
const subjects = pairwiseSubjects(key);
const hasher = passwordHasher({ pepper: key, wanted: () => ({ scheme: 'bcrypt', cost: 4 }) });
const argon = passwordHasher({
  pepper: key,
  wanted: () => ({ scheme: 'argon2id', memoryKiB: 7168, passes: 5, parallelism: 1 }),
});
const seed = newSeed();
const made = makeSecret(0, 'right'.padEnd(43, 'x1y2z3'));

/** Every comparison of external input with a secret: the right value, and whether a given one is accepted. */
const places: readonly [name: string, right: string, takes: (given: string) => boolean][] = [
  ['a text', 'right', (given) => sameText(given, 'right')],
  ['bytes', 'right', (given) => sameBytes(Buffer.from(given), Buffer.from('right'))],
  ['a code of an authenticator app', '123456', (given) => stepOf(seed, given, 0) !== undefined],
  ['a recovery code', 'abcd-efgh-jkmn-pqrs', (given) => readRecoveryCode(given) === 'abcdefghjkmnpqrs'],
  ['the token of a form', csrf.issue('uid', 'form'), (given) => csrf.holds(given, 'uid', 'form')],
  ['the signature of a cookie', signatures.sign('a=b'), (given) => signatures.verify('a=b', given)],
  ['the secret of a client', made.clear, (given) => compareSecret({ secrets: [made.stored] }, given, 0)],
  ['a pairwise name', subjects.of('alice', 'shop'), (given) => subjects.userIdOf(given, 'shop') === 'alice'],
];

/** Values with as many characters as the right one, of one to four bytes each, and values of other lengths. */
const others = (right: string): string[] => [
  ...['é', 'я', '１', '\u{1d7d9}', '\ud800', '\0', '\u00ff'].map((odd) => right.slice(0, -odd.length) + odd),
  ...['', right.slice(1), `${right}x`, 'é'.repeat(right.length), 'é'.repeat(1000)],
];

describe.each(places)('%s', (_name, right, takes) => {
  test('of more bytes than characters is refused like any other that is wrong', () => {
    expect(others(right).filter(takes)).toEqual([]);
  });

  test('never throws, whatever is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        expect(typeof takes(given)).toBe('boolean');
      }),
    );
  });
});

test.each(places.filter(([name]) => !name.includes('app')))('%s is taken where it is right', (_name, right, takes) => {
  expect(takes(right)).toBe(true);
});

test.each([
  ['bcrypt', hasher],
  ['argon2id', argon],
])('a password of more bytes than characters is hashed by %s as a whole', async (_scheme, by) => {
  // bcrypt reads only 72 bytes, and 24 characters of three bytes would fill them.
  const stored = await by.hash(`${'語'.repeat(40)}a`);
  expect(await by.matches(`${'語'.repeat(40)}a`, stored)).toBe(true);
  expect(await by.matches(`${'語'.repeat(40)}b`, stored)).toBe(false);
});
