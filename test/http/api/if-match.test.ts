import { expect, test } from '@jest/globals';
import { etagOf, readIfMatch } from '../../../src/http/api/if-match.js';

test.each([0, 7, 999_999_999_999_999])('the tag of version %d is read back as that version', (version) => {
  expect(readIfMatch(etagOf(version), 'required')).toEqual({ ok: true, expected: version });
  expect(readIfMatch(` W/${etagOf(version)} `, 'required')).toEqual({ ok: true, expected: version });
});

test('no header expects no version, unless one is required', () => {
  expect(readIfMatch('', 'optional')).toEqual({ ok: true });
  expect(readIfMatch(' ', 'required')).toMatchObject({ ok: false, refusal: { code: 'precondition-required' } });
  expect(readIfMatch('*', 'optional')).toEqual({ ok: true, expected: 'any' });
});

test.each([
  ['"abc"', 'precondition-failed'],
  ['""', 'precondition-failed'],
  ['"-1"', 'precondition-failed'],
  ['"1e3"', 'precondition-failed'],
  ['"1234567890123456"', 'precondition-failed'],
  ['1', 'invalid'],
  ['"1', 'invalid'],
  ['w/"1"', 'invalid'],
  ['"1","2"', 'invalid'],
  ['**', 'invalid'],
])('%s matches no version: %s', (header, code) => {
  expect(readIfMatch(header, 'optional')).toMatchObject({ ok: false, refusal: { code } });
});
