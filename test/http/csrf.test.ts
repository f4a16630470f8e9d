import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { csrfTokens } from '../../src/http/request/csrf.js';

const key = randomBytes(32);
const tokens = csrfTokens([key]);

test('a token holds for what it belongs to and for its form, and for nothing else', () => {
  const token = tokens.issue('uid', 'sign-in');
  expect(tokens.holds(token, 'uid', 'sign-in')).toBe(true);
  expect(tokens.holds(token, 'other', 'sign-in')).toBe(false);
  expect(tokens.holds(token, 'uid', 'consent')).toBe(false);
  expect(tokens.holds(token, 'uidsign', '-in')).toBe(false);
  expect(csrfTokens([randomBytes(32)]).holds(token, 'uid', 'sign-in')).toBe(false);
});

test('what is no token holds for nothing', () => {
  const token = tokens.issue('uid', 'sign-in');
  for (const bad of [undefined, '', 'x', token.slice(0, -2), `${token}AA`]) {
    expect(tokens.holds(bad, 'uid', 'sign-in')).toBe(false);
  }
});

test('a token of the key before still holds when a new key has taken its place', () => {
  const token = tokens.issue('uid', 'sign-in');
  expect(csrfTokens([randomBytes(32), key]).holds(token, 'uid', 'sign-in')).toBe(true);
});
