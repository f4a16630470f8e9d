import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { secretBox, type SealingKey } from '../../src/base/secret-box.js';

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
