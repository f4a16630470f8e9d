import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mongoose, { type Connection, type mongo } from 'mongoose';
import type { EngineFind } from '../../src/storage/engine.js';
import { holderFilter, selection } from '../../src/storage/mongo/filters.js';
import { keptOf, type Kept } from '../../src/storage/mongo/stored-document.js';
import { collectionOf, ID_INDEX, keyIndexOf, keyOf } from '../../src/storage/mongo/layout.js';
import { openMongo } from '../../src/storage/mongo/open-mongo.js';
import { openStore } from '../../src/storage/open-store.js';
import type { AnySpec } from '../../src/storage/spec.js';
import type { Store } from '../../src/storage/store.js';
import { temporaryDatabase } from '../support/mongod.js';
import { temporaryBox } from '../support/store.js';
import { times } from './engines.js';
import { things } from './things.js';

const ROWS = 100_000;
const KINDS = ['red', 'blue', 'green'] as const;
const spec: AnySpec = things;
const at = { spec, realm: 'r' };

/** A stage of a plan as explain gives it. */
interface Stage {
  readonly stage: string;
  readonly indexName?: string;
  readonly inputStage?: Stage;
  readonly inputStages?: readonly Stage[];
}
interface Explained {
  readonly queryPlanner: { readonly winningPlan: Stage & { readonly queryPlan?: Stage } };
  readonly executionStats: { readonly totalKeysExamined: number; readonly nReturned: number };
}

describe(`among ${ROWS} documents`, () => {
  const database = temporaryDatabase();
  let store: Store;
  let connection: Connection;
  let collection: mongo.Collection<Kept>;
  beforeAll(async () => {
    connection = await mongoose.createConnection(database.url).asPromise();
    collection = connection.getClient().db(database.name).collection<Kept>(collectionOf(spec));
    for (let start = 0; start < ROWS; start += 10_000) {
      await collection.insertMany(
        times(10_000, (n) => {
          const i = start + n;
          const id = `t${String(i).padStart(6, '0')}`;
          const tags = [`tag${i % 100}`, 'every'];
          const document = { id, kind: KINDS[i % 3] ?? 'red', name: id, rank: i % 1000, flag: i % 2 === 0, tags };
          return keptOf({ spec, realm: i % 10 === 0 ? 'other' : 'r' }, document);
        }),
        { ordered: false, writeConcern: { w: 1, journal: false } },
      );
    }
    // Opening it makes the indexes, and answers when they are there.
    store = await openStore({ specs: [things], box: temporaryBox(), engine: await openMongo(database.url) });
  });
  afterAll(async () => {
    await store.close();
    await connection.close();
    await database.drop();
  });

  const stagesOf = (stage: Stage): Stage[] => [
    stage,
    ...[stage.inputStage, ...(stage.inputStages ?? [])].flatMap((each) => (each ? stagesOf(each) : [])),
  ];
  function expectIndexed(explained: Explained, index: string, keys: number): void {
    const { winningPlan } = explained.queryPlanner;
    const stages = stagesOf(winningPlan.queryPlan ?? winningPlan);
    const names = stages.map(({ stage }) => stage);
    expect(names).not.toContain('COLLSCAN');
    expect(names).not.toContain('SORT');
    expect(new Set(stages.flatMap(({ indexName }) => indexName ?? []))).toEqual(new Set([index]));
    expect(explained.executionStats.totalKeysExamined).toBeLessThanOrEqual(keys);
  }

  const VALUES: Record<string, string | boolean | number> = { kind: 'red', flag: true, name: 't050000', rank: 500 };
  function asked(name: string): EngineFind[] {
    const { equal = [], contains, order } = spec.queries[name] ?? {};
    const bare: EngineFind = {
      name,
      equal: equal.map((field) => VALUES[field] ?? ''),
      ...(contains !== undefined && { contains: 'every' }),
      limit: 20,
    };
    if (order === undefined) return [bare, { ...bare, after: { id: 't050000' } }];
    const value = VALUES[order] as string | number;
    const after = { order: value, id: 't050000' };
    const low = { from: { value, inclusive: true } };
    const high = { to: { value, inclusive: false } };
    return [undefined, low, high, { ...low, ...high }].flatMap((range) => [
      { ...bare, ...(range && { range }) },
      { ...bare, ...(range && { range }), after },
    ]);
  }

  test.each(Object.keys(spec.queries))('the query %s reads its index in order: no scan, no sort', async (name) => {
    for (const find of asked(name)) {
      const { filter, sort, hint } = selection(at, find, 1);
      const page = collection.find(filter, { sort, hint, limit: find.limit });
      // A page begins where it is asked to, and ends with its last row: one key more for each branch.
      expectIndexed((await page.explain('executionStats')) as unknown as Explained, hint, find.limit + 2);
      const counted = collection.find(filter, { hint, limit: find.limit });
      expectIndexed((await counted.explain('executionStats')) as unknown as Explained, hint, find.limit + 2);
    }
  });

  test('a document is read by its id and by its keys, and what is swept by its end', async () => {
    const byId = collection.find({ _id: { $in: [keyOf(at, 't000001'), keyOf(at, 't000002')] } });
    expectIndexed((await byId.explain('executionStats')) as unknown as Explained, ID_INDEX, 4);
    const filter = holderFilter(at, 'name', ['red', 't000003']) ?? {};
    const byKey = collection.find(filter, { hint: keyIndexOf('name') });
    const explained = (await byKey.explain('executionStats')) as unknown as Explained;
    expectIndexed(explained, 'key_name', 2);
    expect(explained.executionStats.nReturned).toBe(1);
    const several = holderFilter(at, 'name', ['red', { $in: ['t000003', 't000006', 't000009'] }]) ?? {};
    const byKeys = collection.find(several, { hint: keyIndexOf('name') });
    const explainedMany = (await byKeys.explain('executionStats')) as unknown as Explained;
    expectIndexed(explainedMany, 'key_name', 6);
    expect(explainedMany.executionStats.nReturned).toBe(3);
    const ended = collection.find({ x: { $lte: new Date() } }, { sort: { x: 1 }, limit: 10 });
    expectIndexed((await ended.explain('executionStats')) as unknown as Explained, 'expiry', 10);
  });

  test('every query answers within milliseconds, wherever in the order it is asked', async () => {
    const all = store.in('r').of(things);
    const started = performance.now();
    const pages = [
      await all.find('byKind', { kind: 'red', rank: { gt: 900 } }, { limit: 20 }),
      await all.find('byKindDown', { kind: 'blue' }, { limit: 20 }),
      await all.find('byTag', { tags: 'tag7', name: { gt: 't090000' } }, { limit: 20 }),
      await all.find('byTag', { tags: 'every' }, { limit: 20 }),
      await all.find('byFlag', { flag: true, kind: 'green' }, { limit: 20 }),
      await all.find('named', { name: { gte: 't099' } }, { limit: 20 }),
    ];
    expect(performance.now() - started).toBeLessThan(500);
    for (const { rows } of pages) expect(rows).toHaveLength(20);
    expect(await all.count('byTag', { tags: 'every' }, 5000)).toBe(5000);
  });
});
