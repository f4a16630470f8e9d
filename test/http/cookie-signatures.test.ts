import { describe, expect, test } from '@jest/globals';
import { cookieSignatures } from '../../src/http/request/cookie-signatures.js';

const cookie = 'gatehouse-session=QeXi0jSkVX8';
const signatures = cookieSignatures(['the key that signs', 'an older one']);
const signature = signatures.sign(cookie);

test('a cookie that we signed verifies, by the first key', () => {
  expect(signatures.verify(cookie, signature)).toBe(true);
  expect(signatures.index(cookie, signature)).toBe(0);
});

test('one that an older key signed verifies too, and is told apart', () => {
  expect(signatures.index(cookie, cookieSignatures(['an older one']).sign(cookie))).toBe(1);
});

describe('none that somebody else made verifies:', () => {
  test.each([
    ['another value', `${cookie}x`, signature],
    ['another name', cookie.replace('session', 'resume'), signature],
    ['another key', cookie, cookieSignatures(['a key of somebody else']).sign(cookie)],
    ['a changed signature', cookie, signature.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))],
    ['a signature written in another way', cookie, `${signature}=`],
    ['a part of the signature', cookie, signature.slice(0, -1)],
    ['no signature', cookie, ''],
  ])('%s', (_what, presented, by) => {
    expect(signatures.verify(presented, by)).toBe(false);
    expect(signatures.index(presented, by)).toBe(-1);
  });
});

test('without a key nothing is signed', () => {
  expect(() => cookieSignatures([])).toThrow('need a key');
});
