import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../src/base/canonical-json.js';
import type { Json } from '../../src/base/json.js';

const name = fc.oneof(fc.constantFrom('a', 'b', '1', '10', '[', '{', '', 'ä'), fc.string({ maxLength: 3 }));
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>('', '[', '{', '1', 'true', true, false, 0, 1, 1.5),
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** The same value, with the fields of each object the other way round. */
function reversed(json: Json): Json {
  if (typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(reversed);
  return Object.fromEntries(
    Object.entries(json)
      .reverse()
      .map(([field, each]) => [field, reversed(each)]),
  );
}

test('one value has one text, whatever the order of its fields', () => {
  fc.assert(fc.property(value, (json) => expect(canonicalJson(reversed(json))).toBe(canonicalJson(json))));
});

test('a value that went through JSON has the same text', () => {
  fc.assert(
    fc.property(value, (json) =>
      expect(canonicalJson(JSON.parse(JSON.stringify(json)) as Json)).toBe(canonicalJson(json)),
    ),
  );
});

test('two values have two texts', () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      expect(canonicalJson(one) === canonicalJson(other)).toBe(isDeepStrictEqual(one, other));
    }),
    { numRuns: 2000 },
  );
});

test.each<[string, Json, Json]>([
  ['a list and an object of the same words', ['{', 'a', 1], { a: 1 }],
  ['a list and the list of its mark', ['[', 'a'], [['a']]],
  ['an empty list and an empty object', [], {}],
  ['a number and its text', 1, '1'],
  ['fields that join to the same words', { a: 'b', c: 'd' }, { a: ['b', 'c', 'd'] }],
  ['a value at another depth', { a: { b: 1 } }, { a: 1, b: 1 }],
])('%s are told apart', (_what, one, other) => {
  expect(canonicalJson(one)).not.toBe(canonicalJson(other));
});
