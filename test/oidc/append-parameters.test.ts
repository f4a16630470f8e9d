import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { appendParameters } from '../../src/oidc/requests/append-parameters.js';
import { AUTHORIZATION_ANSWER, SIGN_OUT_ANSWER } from '../../src/realm/clients/answer-parameters.js';

const answer = { code: 'c d', state: 'ä', iss: 'https://id.test' };
const ANSWER = 'code=c+d&state=%C3%A4&iss=https%3A%2F%2Fid.test';
const ours = AUTHORIZATION_ANSWER;

describe('an answer is appended to a redirect URI, whose bytes stay as they are', () => {
  test.each([
    ['https://x.test/cb', `?${ANSWER}`],
    ['https://x.test', `?${ANSWER}`],
    ['https://x.test/cb?', ANSWER],
    ['https://x.test/cb?n=caf%E9', `&${ANSWER}`],
    ['https://x.test/cb?a=1&', ANSWER],
    ['https://x.test/cb??code=1', `&${ANSWER}`],
    ['https://x.test/cb?&&=&==&a&a=%20+;b?c', `&${ANSWER}`],
    ['https://X.test:443/a/../b?q="\'<>', `&${ANSWER}`],
    ['https://x.test/cb?__proto__=1&constructor=2', `&${ANSWER}`],
    ['com.example.app:/cb?n=%zz', `&${ANSWER}`],
  ])('%s', (uri, added) => {
    expect(appendParameters(uri, answer, { ours })).toBe(`${uri}${added}`);
    expect(appendParameters(uri, {}, { ours })).toBe(uri);
    expect(appendParameters(uri, answer, { ours, to: 'fragment' })).toBe(`${uri}#${ANSWER}`);
  });

  test('4 KB of any bytes that a URI can have', () => {
    const byte = fc.constantFrom(
      ...'abcAZ09-._~!$&\'()*+,;=:@/?"<>[]{}|^`%'.split(''),
      '%E9',
      '%00',
      '%2B',
      '&&',
      '==',
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 4096, size: 'max' }), (parts) => {
        const uri = `https://x.test/cb?${parts.join('')}`;
        const appended = appendParameters(uri, answer, { ours });
        expect(appended.startsWith(uri)).toBe(true);
        expect(appended.slice(uri.length)).toMatch(/^&?code=c\+d&/);
        expect(new URL(appended).searchParams.getAll('code')).toEqual(['c d']);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a parameter of ours that a client registered before it was refused', () => {
  test.each([
    ['https://x.test/cb?code=theirs&n=caf%E9', `https://x.test/cb?n=caf%E9&${ANSWER}`],
    ['https://x.test/cb?n=1&%63ode=theirs&state', `https://x.test/cb?n=1&${ANSWER}`],
    ['https://x.test/cb?error=theirs', `https://x.test/cb?${ANSWER}`],
  ])('gives way: %s', (uri, whole) => {
    expect(appendParameters(uri, answer, { ours })).toBe(whole);
  });

  test('stays where a sign-out does not add it', () => {
    const uri = 'https://x.test/bye?code=1&state=2';
    expect(appendParameters(uri, { state: 's' }, { ours: SIGN_OUT_ANSWER })).toBe('https://x.test/bye?code=1&state=s');
  });
});
