import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { compareSecret, makeSecret, needsEncoding, secretFault } from '../../src/realm/clients/client-secret.js';

const secret = (clear: string, expiresAt?: number) => ({
  id: clear,
  hash: hashOf(clear),
  createdAt: 0,
  ...(expiresAt !== undefined && { expiresAt }),
});

describe('comparing a secret', () => {
  const client = { secrets: [secret('first', 100), secret('second')] };

  test.each([
    ['first', 99, true],
    ['first', 100, false],
    ['second', 100, true],
    ['third', 0, false],
    ['', 0, false],
    [hashOf('second'), 0, false],
  ])('%j at %d: %p', (presented, now, expected) => {
    expect(compareSecret(client, presented, now)).toBe(expected);
  });

  test('nothing is right for a client that has none', () => {
    expect(compareSecret({ secrets: [] }, '', 0)).toBe(false);
  });

  test('one that ended does not spoil the same one given again', () => {
    expect(compareSecret({ secrets: [secret('same', 1), secret('same')] }, 'same', 5)).toBe(true);
  });
});

describe('a secret', () => {
  test('has 256 random bits when it is generated, and is stored as its hash alone', () => {
    const { stored, clear } = makeSecret(7);
    expect(Buffer.from(clear, 'base64url')).toHaveLength(32);
    expect(stored).toEqual({ id: expect.any(String), hash: hashOf(clear), createdAt: 7 });
    expect(makeSecret(7).clear).not.toBe(clear);
  });

  test.each([
    ['too short', randomBytes(15).toString('hex')],
    ['of few characters', 'abcdefgabcdefggfedcbagfedcbaaaaabbbb'],
    ['one character', 'a'.repeat(64)],
    ['a repeated word', 'correct-horse-'.repeat(4)],
    ['a repeated word, cut off', 'correct-horse-'.repeat(4).slice(0, 37)],
    ['empty', ''],
  ])('is refused when it is %s', (_what, given) => {
    expect(secretFault(given)).toBeDefined();
  });

  test('is taken when it is random, in hex or base64url', () => {
    for (let n = 0; n < 100; n++) {
      expect(secretFault(randomBytes(16).toString('hex'))).toBeUndefined();
      expect(secretFault(randomBytes(32).toString('base64url'))).toBeUndefined();
    }
  });
});

test('a generated secret never needs encoding, and another one does by its first odd character', () => {
  for (let n = 0; n < 1000; n++) expect(needsEncoding(makeSecret(0).clear)).toBe(false);
  for (const odd of '+/=%&:~ $!@"') expect(needsEncoding(`${'a1-._'.repeat(8)}${odd}`)).toBe(true);
});
