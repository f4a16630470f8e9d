import bcrypt from 'bcrypt';
import { argon2Sync, createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { HashParameters } from '../../src/identity/password-hashing/hash-parameters.js';
import { readImportedHash } from '../../src/identity/password-hashing/imported-hash.js';
import { passwordHasher } from '../../src/identity/password-hashing/password-hasher.js';

const ssha = (name: string, digest: string, password: string, salt = randomBytes(8)): string =>
  `{${name}}${Buffer.concat([createHash(digest).update(password).update(salt).digest(), salt]).toString('base64')}`;
const django = (iterations: number): string =>
  `pbkdf2_sha256$${iterations}$seasalt$${pbkdf2Sync('password', 'seasalt', iterations, 32, 'sha256').toString('base64')}`;
const bcryptOf = (prefix: string, cost = 10): string =>
  bcrypt.hashSync('password', cost).replace(/^\$2b/, `$2${prefix}`);

const WEAK_ARGON2 = (() => {
  const nonce = randomBytes(16);
  const how = { message: 'password', nonce, parallelism: 1, tagLength: 32, memory: 8, passes: 1 };
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=8,t=1,p=1$${text(nonce)}$${text(argon2Sync('argon2id', how))}`;
})();

/** Hashes of the password `password`. If a name mentions a program, that program made the hash; argon2-cffi made `argon2id`. */
const HASHES: readonly (readonly [string, string])[] = [
  ['bcrypt 2a', bcryptOf('a')],
  ['bcrypt 2b', bcryptOf('b')],
  ['weak bcrypt', bcryptOf('y', 4)],
  ['weak argon2id', WEAK_ARGON2],
  ['bcrypt 2y, as PHP writes it', bcryptOf('y')],
  ['argon2id', '$argon2id$v=19$m=65536,t=2,p=4$1eSYWTZH5lAb6s2TF/fD4g$VLWkSvSrFOgsin7mxJ9V+6ntmAf1n79RBVAXpkyaV/Y'],
  [
    'scrypt, as passlib writes it',
    '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  ],
  [
    'PBKDF2, as passlib writes it',
    '$pbkdf2-sha256$6400$j7GWUiplrBUipFSqNUboHQ$1WBwdMl7a0OnhMTwRVNk2k0G6OrCwUPSVMYu6xvXkX4',
  ],
  ['PBKDF2 over SHA-1, as passlib writes it', '$pbkdf2$120000$TmktZSyllBICgHDuHUMIwQ$MJsLWQO9AuqJTztnVuLyx0gFHDo'],
  ['PBKDF2, as Django writes it', 'pbkdf2_sha256$1000000$seasalt$YAIKAoSUTEdxN9PnpbX3zRB+moycA+WW4OS32mkutqM='],
  ['weak PBKDF2', django(1000)],
  ['SSHA', ssha('SSHA', 'sha1', 'password')],
  ['SSHA256', ssha('SSHA256', 'sha256', 'password')],
  ['SSHA512', ssha('ssha512', 'sha512', 'password')],
];

describe('a hash that another program made', () => {
  const wanted: HashParameters = { scheme: 'bcrypt', cost: 4 };
  const hasher = passwordHasher({ pepper: randomBytes(32), wanted: () => wanted });

  test.each(HASHES)('is taken, verified and made one of ours: %s', async (_name, text) => {
    const stored = await hasher.adopt(text);
    if (!stored) throw new Error('It was not taken.');
    expect(await hasher.matches('password', stored)).toBe(true);
    expect(await hasher.matches('Password', stored)).toBe(false);
    const better = await hasher.better('password', stored);
    expect(better).toEqual({ scheme: 'bcrypt', hash: expect.stringMatching(/^\$2b\$04\$/) });
    expect(better && (await hasher.matches('password', better))).toBe(true);
  });

  test.each(['SSHA', 'weak PBKDF2', 'weak bcrypt', 'weak argon2id'])(
    'is hashed once more where it is weak, and not found in the store: %s',
    async (name) => {
      const text = HASHES.find(([known]) => known === name)?.[1] ?? '';
      const stored = await hasher.adopt(text);
      expect(stored).toEqual({
        scheme: 'bcrypt',
        hash: expect.stringMatching(/^\$2b\$04\$/),
        inner: expect.any(String),
      });
      const read = readImportedHash(text);
      const digest = read.kind === 'derived' ? read.digest.toString('base64') : '?';
      expect(JSON.stringify(stored)).not.toContain(digest.replaceAll('=', ''));
      // Knowing the digest is not enough to sign in.
      expect(stored && (await hasher.matches(digest, stored))).toBe(false);
    },
  );

  test.each([
    'plain text',
    '{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=',
    '$1$salt$hash',
    '$2x$04$abcdefghijklmnopqrstuuKLJdmMgN5jdyyfpOQzTdGNkqtTi6kEq',
    `$2b$15$${'a'.repeat(53)}`,
    django(1).replace('$1$', '$2000001$'),
    '$scrypt$ln=17,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
    '$argon2id$v=19$m=65537,t=2,p=1$c29tc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl8ArZWb2GRPPc',
    '$scrypt$ln=16,r=1,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
    django(1)
      .replace('$1$', '$1000000$')
      .replace(/[^$]+$/, Buffer.alloc(128).toString('base64')),
    '$argon2i$v=19$m=64,t=2,p=1$c29tc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl8ArZWb2GRPPc',
    '',
  ])('is refused where nobody could verify it, or too dearly: %s', async (text) => {
    expect(readImportedHash(text)).toMatchObject({ kind: 'fault' });
    expect(await hasher.adopt(text)).toBeUndefined();
  });
});
