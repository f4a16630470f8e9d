import { expect, test } from '@jest/globals';
import { newId } from '../../src/base/crypto/ids.js';
import { userIdFault } from '../../src/identity/users/user-id.js';

test('every id that Gatehouse makes can be chosen for a user elsewhere', () => {
  for (let i = 0; i < 2000; i++) expect(userIdFault(newId())).toBeUndefined();
});

test.each(['4711', 'ada', '_5b', 'a@b.example', 'x'.repeat(128)])('%s can be chosen', (id) => {
  expect(userIdFault(id)).toBeUndefined();
});

test.each(['', '-x', '.x', 'a b', 'a:b', 'a/b', 'ä', 'x'.repeat(129)])('%s can not be chosen for its form', (id) => {
  expect(userIdFault(id)).toEqual({ code: 'user-id-form', path: [], params: {} });
});

test.each(['__proto__', 'constructor'])('%s can not be chosen, since every object has it', (id) => {
  expect(userIdFault(id)).toMatchObject({ code: 'prototype-name' });
});
