import { expect, test } from '@jest/globals';
import { mergeFields, mergeNested } from '../../src/changes/merge-fields.js';

const before = { name: 'Shop', tags: ['a', 'b'], lifetimes: { code: 60, token: 600 } };

test('fields that are given replace those before, null removes one, and absent ones stay', () => {
  expect(mergeFields(before, { tags: ['c'], lifetimes: { code: 30 }, logo: 'x', name: undefined })).toEqual({
    name: 'Shop',
    tags: ['c'],
    lifetimes: { code: 30 },
    logo: 'x',
  });
  expect(mergeFields(before, { lifetimes: null, unknown: null })).toEqual({ name: 'Shop', tags: ['a', 'b'] });
  expect(mergeFields({}, {})).toEqual({});
});

test('objects can be merged one level down, and lists are replaced', () => {
  expect(mergeFields(before, { tags: ['c'], lifetimes: { code: 30 } }, mergeNested)).toEqual({
    name: 'Shop',
    tags: ['c'],
    lifetimes: { code: 30, token: 600 },
  });
  expect(mergeFields(before, { lifetimes: 5, name: null }, mergeNested)).toMatchObject({ lifetimes: 5, name: null });
});

test('what is merged is a new object', () => {
  const copy = structuredClone(before);
  mergeFields(before, { lifetimes: { code: 30 } }, mergeNested);
  expect(before).toEqual(copy);
});
