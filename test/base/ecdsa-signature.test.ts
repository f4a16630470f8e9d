import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { flattenedVerify } from 'jose';
import { derSignature, joseSignature } from '../../src/base/crypto/ecdsa-signature.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** As X.690 8.3 wants it: no leading zeros, but one where the highest bit is set. */
function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const signed = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, signed.length), signed]);
}
const der = (r: bigint, s: bigint): Buffer => {
  const both = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.of(0x30, both.length), both]);
};
const padded = (value: bigint): string => value.toString(16).padStart(64, '0');

// Short numbers, numbers with the highest bit of a byte set, and numbers of every length between.
const numbers = fc
  .integer({ min: 0, max: 256 })
  .chain((bits) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n }))
  .chain((value) => fc.constantFrom(value, value | 0x80n, (2n ** 255n) | value, 2n ** 256n - 1n - value));

test('r and s have 32 bytes each, however short they are and whatever their highest bit', () => {
  fc.assert(
    fc.property(numbers, numbers, (r, s) => {
      const jose = joseSignature(der(r, s));
      expect(jose.toString('hex')).toBe(padded(r) + padded(s));
      expect(derSignature(jose)).toEqual(der(r, s));
    }),
    { numRuns: 5000 },
  );
});

describe('signatures of Node', () => {
  test('verify in the other form, thousands of them, with short and long numbers', () => {
    const lengths = new Set<number>();
    for (let at = 0; at < 4000; at++) {
      const data = Buffer.from(`${at}`);
      const signed = sign('sha256', data, privateKey);
      lengths.add(signed.length);
      const converted = joseSignature(signed);
      expect(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, converted)).toBe(true);
    }
    expect(lengths.size).toBeGreaterThan(3);
  });

  test('verify with jose', async () => {
    for (let at = 0; at < 500; at++) {
      const [header, payload] = [{ alg: 'ES256' }, { at }].map((part) =>
        Buffer.from(JSON.stringify(part)).toString('base64url'),
      ) as [string, string];
      const signature = joseSignature(sign('sha256', Buffer.from(`${header}.${payload}`), privateKey));
      const jws = { protected: header, payload, signature: signature.toString('base64url') };
      await expect(flattenedVerify(jws, publicKey)).resolves.toBeDefined();
    }
  });
});

test('anything else is refused', () => {
  for (const length of [0, 63, 65]) expect(derSignature(Buffer.alloc(length, 1))).toBeUndefined();
  const good = der(2n ** 200n, 2n ** 255n);
  const tooLong = der(2n ** 256n, 1n);
  const negative = Buffer.of(0x30, 6, 0x02, 1, 0x80, 0x02, 1, 1);
  const another = Buffer.from(good);
  another[0] = 0x31;
  const cut = Array.from({ length: good.length }, (_, end) => good.subarray(0, end));
  for (const bytes of [tooLong, negative, another, Buffer.concat([good, Buffer.of(0)]), ...cut]) {
    expect(() => joseSignature(bytes)).toThrow(RangeError);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        expect(joseSignature(bytes)).toHaveLength(64);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
