import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { secretBox, type SealingKey } from '../../src/base/crypto/secret-box.js';

const key = (id: string): SealingKey => ({ id, key: randomBytes(32) });
const [older, newer, foreign] = [key('1'), key('2'), key('1')];
const at = { realm: 'r', collection: 'things', id: 'a', field: 'secret' };

test('what was sealed opens as it was, whatever its letters', () => {
  const box = secretBox([newer]);
  for (const clear of ['', 'plain', 'Grüße, 你好, 😀'.repeat(500)]) {
    expect(box.open(at, box.seal(at, clear))).toBe(clear);
  }
});

test('the first key seals, and every key opens what it sealed', () => {
  const before = secretBox([older]).seal(at, 'sealed before');
  const box = secretBox([newer, older]);
  expect(box.open(at, before)).toBe('sealed before');
  expect(box.seal(at, 'sealed now')).toMatch(/^2\./);
  expect(() => secretBox([older]).open(at, box.seal(at, 'sealed now'))).toThrow('no sealing key "2"');
});

test('another key of the same name opens nothing', () => {
  const sealed = secretBox([older]).seal(at, 'secret');
  expect(() => secretBox([foreign]).open(at, sealed)).toThrow('does not open');
});

test('another key seals from then on, and the one before still opens; one that came later is found', () => {
  const box = secretBox([older], (id) => (id === '2' ? newer : undefined));
  const before = box.seal(at, 'before');
  // As sealed by a process that heard of the key first.
  expect(box.open(at, secretBox([newer]).seal(at, 'by another'))).toBe('by another');
  expect(box.sealUnder('2')).toBe(true);
  const after = box.seal(at, 'after');
  expect([box.isCurrent(before), box.isCurrent(after), box.currentKeyId]).toEqual([false, true, '2']);
  expect([box.open(at, before), secretBox([newer]).open(at, after)]).toEqual(['before', 'after']);
});

test('where the key that is to seal has not come yet nothing is sealed, until it has', () => {
  let come = false;
  const box = secretBox([older], () => (come ? newer : undefined));
  const before = box.seal(at, 'before');
  expect(box.sealUnder('2')).toBe(false);
  expect(() => box.seal(at, 'secret')).toThrow('2.key');
  expect(box.open(at, before)).toBe('before');
  come = true;
  expect(box.seal(at, 'secret')).toMatch(/^2\./);
});
