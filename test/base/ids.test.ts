import { expect, test } from '@jest/globals';
import { newId } from '../../src/base/crypto/ids.js';

test('an id is never taken for an option of a command, and never comes twice', () => {
  const ids = Array.from({ length: 5000 }, newId);
  expect(ids.filter((id) => !/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});
