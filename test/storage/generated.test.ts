import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { newId } from '../../src/base/crypto/ids.js';
import type { Cursor } from '../../src/base/paging.js';
import type { Realm } from '../../src/storage/store.js';
import { insert, put, remove, replace, require, type Write } from '../../src/storage/write.js';
import { engines, type OpenedEngine } from './engines.js';
import { allSpecs, tallies, things, type Thing } from './things.js';

// The set of values is small, so that values collide, and unusual, so that engines may disagree. It has strings on both sides
// of the surrogates, numbers of every size and sign, and values that SQL, JSON or an index could confuse.
const id = fc.constantFrom('a', 'b', 'c', 'B', '𝒵', '\uffee', "o'k", '%_', '\u0000', '1', '1.0', 'null');
const text = fc.oneof(
  fc.constantFrom('', 'a', 'A', 'ä', '\uffee', '𝒵', '𝒵\u0000', '5', 'true', '["a"]', '\\u0041', '"', "'", '\u2028'),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const number = fc.oneof(
  fc.constantFrom(
    0,
    1,
    -1,
    0.1,
    0.1 + 0.2,
    5e-324,
    1.7976931348623157e308,
    2 ** 53,
    -(2 ** 53),
    2 ** 63,
    1e21,
    4294967296,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
);
const kind = fc.constantFrom('red', 'blue', 'green');
const tag = fc.constantFrom('', 'a', 'A', 'ä', '𝒵', '\uffee', '5', '\u0000');

const START = Date.UTC(2030, 0, 1);
const thing = fc
  .record(
    {
      id,
      kind,
      name: text,
      rank: number,
      flag: fc.boolean(),
      tags: fc.array(tag, { maxLength: 3 }),
      door: fc.constantFrom('x', 'y', 'z').map(hashOf),
      secret: text,
      note: text,
      weight: number,
      parts: fc.array(fc.record({ name: text, sizes: fc.array(number, { maxLength: 2 }) }), { maxLength: 2 }),
      expiresAt: fc.integer({ min: 0, max: 5 }).map((n) => START + n * 1000),
    },
    { requiredKeys: ['id', 'kind'] },
  )
  .map((made): Thing => JSON.parse(JSON.stringify(made)) as Thing);

const range = <T>(value: fc.Arbitrary<T>) =>
  fc
    .record({ gt: value, gte: value, lt: value, lte: value }, { requiredKeys: [] })
    .map(({ gt, gte, lt, lte }) => ({
      ...(gte !== undefined ? { gte } : gt !== undefined && { gt }),
      ...(lte !== undefined ? { lte } : lt !== undefined && { lt }),
    }))
    .filter((made) => Object.keys(made).length > 0);
const fieldCondition = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    value.map((is) => ({ is })),
    fc.array(value, { maxLength: 3 }).map((given) => ({ in: given })),
    fc.constant({ absent: true as const }),
  );
const condition = fc.record(
  {
    kind: fieldCondition(kind),
    note: fc.oneof(fieldCondition(text), range(text)),
    rank: fc.oneof(fieldCondition(number), range(number)),
    weight: fc.oneof(fieldCondition(number), range(number)),
    flag: fieldCondition(fc.boolean()),
  },
  { requiredKeys: [] },
);

const ranked = (order: string, value: fc.Arbitrary<unknown>) =>
  fc.record({ [order]: range(value) }, { requiredKeys: [] }) as fc.Arbitrary<object>;
const ordered: [string, string, fc.Arbitrary<unknown>, Record<string, fc.Arbitrary<unknown>>][] = [
  ['named', 'name', text, {}],
  ['ranked', 'rank', number, {}],
  ['rankedDown', 'rank', number, {}],
  ['byKind', 'rank', number, { kind }],
  ['byKindDown', 'rank', number, { kind }],
  ['byTag', 'name', text, { tags: tag }],
  ['byTagDown', 'rank', number, { tags: tag }],
];
const query = fc.oneof(
  fc.constant({ name: 'all', values: {} }),
  ...ordered.map(([name, order, value, equal]) =>
    fc
      .tuple(fc.record(equal), ranked(order, value))
      .map(([values, ranges]) => ({ name, values: { ...values, ...ranges } })),
  ),
  fc.record({ flag: fc.boolean(), kind }).map((values) => ({ name: 'byFlag', values })),
  fc.record({ tags: tag, kind }).map((values) => ({ name: 'byTagAndKind', values })),
);

const version = fc.integer({ min: 1, max: 3 });
const write = fc.oneof(
  thing.map((document): Write => insert(things, document)),
  thing.map((document): Write => put(things, document)),
  fc.tuple(thing, version).map(([document, expected]): Write => replace(things, document, expected)),
  fc.tuple(id, condition).map(([of, when]): Write => remove(things, of, when)),
  fc.tuple(id, condition).map(([of, when]): Write => require(things, of, when)),
);
const operation = fc.oneof(
  { weight: 4, arbitrary: thing.map((document) => ({ do: 'insert' as const, document })) },
  { weight: 2, arbitrary: thing.map((document) => ({ do: 'put' as const, document })) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('replace' as const), document: thing, version }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('commit' as const), writes: fc.array(write, { maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('take' as const), id, condition }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), id, condition }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('increment' as const), id, by: fc.integer({ min: -5, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeWhere' as const), query, limit: version }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(0, 1, 2) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('find' as const), query, limit: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('key' as const), kind, name: text }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never;

/** A collection whose queries are asked by names that the types do not know. */
interface Loose {
  find(
    name: string,
    values: object,
    page: { limit: number; after?: Cursor },
  ): Promise<{ rows: unknown[]; next?: Cursor }>;
  count(name: string, values: object, upTo: number): Promise<number>;
  removeWhere(name: string, values: object, limit: number): Promise<number>;
}

async function perform(realm: Realm, operation: Operation, clock: { at: number }): Promise<unknown> {
  const all = realm.of(things);
  const loose = all as unknown as Loose;
  switch (operation.do) {
    case 'insert':
      return all.insert(operation.document);
    case 'put':
      return all.put(operation.document);
    case 'replace':
      return all.replace(operation.document, operation.version);
    case 'commit': {
      const ids = operation.writes.map((each) => ('id' in each ? each.id : each.document['id']));
      return new Set(ids).size < ids.length ? 'twice' : realm.commit(operation.writes);
    }
    case 'take':
      return all.take(operation.id, operation.condition);
    case 'remove':
      return all.remove(operation.id, operation.condition);
    case 'increment':
      return realm.of(tallies).increment(operation.id, 'n', operation.by, clock.at + 1500);
    case 'removeWhere':
      return loose.removeWhere(operation.query.name, operation.query.values, operation.limit);
    case 'wait':
      clock.at += operation.seconds * 1000;
      return undefined;
    case 'key':
      return all.findOne('name', { kind: operation.kind, name: operation.name });
    case 'find': {
      const { name, values } = operation.query;
      const pages: unknown[][] = [];
      let after: Cursor | undefined;
      do {
        const page = await loose.find(name, values, { limit: operation.limit, ...(after && { after }) });
        pages.push(page.rows);
        after = page.next;
      } while (after);
      return [pages, await loose.count(name, values, 3)];
    }
  }
}

const [[, openModel], ...real] = engines;
describe.each(real)('generated histories on the %s store', (_name, open) => {
  let opened: OpenedEngine;
  let model: OpenedEngine;
  beforeAll(async () => {
    [opened, model] = await Promise.all([open(allSpecs), openModel(allSpecs)]);
  });
  afterAll(() => Promise.all([opened.close(), model.close()]));
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('are answered as by the plain model, operation for operation', async () => {
    const clock = { at: START };
    jest.spyOn(Date, 'now').mockImplementation(() => clock.at);
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async (operations) => {
        const realm = newId();
        for (const each of operations) {
          const at = clock.at;
          const expected = await perform(model.store.in(realm), each, clock);
          clock.at = at;
          expect(await perform(opened.store.in(realm), each, clock)).toEqual(expected);
        }
        clock.at = START;
      }),
      { numRuns: 400, endOnFailure: false },
    );
  });
});
