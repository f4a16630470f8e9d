import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DatabaseSync } from 'node:sqlite';
import { idIndexOf, keyIndexOf, tableOf } from '../../src/storage/sqlite/layout.js';
import { countStatement, findStatement, removeStatement } from '../../src/storage/sqlite/query-sql.js';
import { sweepStep } from '../../src/storage/sqlite/statements.js';
import type { Statement } from '../../src/storage/sqlite/writer.js';
import type { EngineFind } from '../../src/storage/engine.js';
import type { AnySpec } from '../../src/storage/spec.js';
import { temporaryStore, type TemporaryStore } from '../support/store.js';
import { things } from './things.js';

const ROWS = 100_000;
const KINDS = ['red', 'blue', 'green'] as const;
const spec: AnySpec = things;
const at = { spec, realm: 'r' };

describe(`among ${ROWS} documents`, () => {
  let opened: TemporaryStore;
  let db: DatabaseSync;
  beforeAll(async () => {
    opened = await temporaryStore([things]);
    // Direct SQL inserts are much faster here; the triggers still fill the index tables.
    const writer = new DatabaseSync(opened.path);
    const row = writer.prepare(
      'INSERT INTO d_things(realm, id, version, shape, body, f_kind, f_name, f_rank, f_flag, a_tags) VALUES (?, ?, 1, 1, ?, ?, ?, ?, ?, ?)',
    );
    writer.exec('BEGIN');
    for (let i = 0; i < ROWS; i++) {
      const id = `t${String(i).padStart(6, '0')}`;
      const kind = KINDS[i % 3] ?? 'red';
      const document = { id, kind, name: id, rank: i % 1000, flag: i % 2 === 0, tags: [`tag${i % 100}`, 'every'] };
      row.run(
        i % 10 === 0 ? 'other' : 'r',
        id,
        JSON.stringify(document),
        kind,
        id,
        document.rank,
        i % 2 ? 0 : 1,
        JSON.stringify(document.tags),
      );
    }
    writer.exec('COMMIT');
    writer.close();
    db = new DatabaseSync(opened.path, { readOnly: true });
  });
  afterAll(async () => {
    db.close();
    await opened.close();
  });

  const planOf = ({ sql, values }: Statement): string[] =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map((row) => String(row['detail']));
  function expectIndexed(plan: readonly string[]): void {
    expect(plan).not.toHaveLength(0);
    for (const line of plan) expect(line).not.toMatch(/SCAN|TEMP B-TREE|AUTOMATIC/);
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

  test.each(Object.keys(spec.queries))('the query %s reads its index in order: no scan, no sort', (name) => {
    for (const find of asked(name)) {
      const plan = planOf(findStatement(at, find, 1));
      expectIndexed(plan);
      expectIndexed(
        planOf(countStatement(at, find, 20, 1)).filter((line) => !/^(CO-ROUTINE|SCAN \(subquery)/.test(line)),
      );
      expectIndexed(planOf(removeStatement(at, find, 20, 1)).filter((line) => !/^LIST SUBQUERY/.test(line)));
      // Bounded on order and id both: a page among equal values does not begin at the first of them.
      if (find.after && spec.queries[name]?.order) expect(plan[0]).toMatch(/\(f_\w+,id\)[<>]\(\?,\?\)/);
    }
  });

  test('a document is read by its id and by its keys', () => {
    expect(
      planOf({
        sql: `SELECT 1 FROM ${tableOf(spec)} INDEXED BY ${idIndexOf(spec)} WHERE realm = ? AND id = ?`,
        values: ['r', 'a'],
      }),
    ).toEqual(['SEARCH d_things USING COVERING INDEX id_things (realm=? AND id=?)']);
    for (const key of Object.keys(spec.unique)) expect(keyIndexOf(spec, key)).toBe(`key_things_${key}`);
  });

  test('what is swept is found by its end', () => {
    const plan = planOf(sweepStep(spec, 10, 1));
    expectIndexed(plan.filter((line) => !/^LIST SUBQUERY/.test(line)));
    expect(plan.join()).toContain('expiry_things');
  });

  test('every query answers within milliseconds, wherever in the order it is asked', async () => {
    const all = opened.store.in('r').of(things);
    const started = performance.now();
    const pages = [
      await all.find('byKind', { kind: 'red', rank: { gt: 900 } }, { limit: 20 }),
      await all.find('byKindDown', { kind: 'blue' }, { limit: 20 }),
      await all.find('byTag', { tags: 'tag7', name: { gt: 't090000' } }, { limit: 20 }),
      await all.find('byTag', { tags: 'every' }, { limit: 20 }),
      await all.find('byFlag', { flag: true, kind: 'green' }, { limit: 20 }),
      await all.find('named', { name: { gte: 't099' } }, { limit: 20 }),
    ];
    // Milliseconds each; a scan of this many takes a hundred times as long.
    expect(performance.now() - started).toBeLessThan(250);
    for (const { rows } of pages) expect(rows).toHaveLength(20);
    expect(await all.count('byTag', { tags: 'every' }, 5000)).toBe(5000);
  });
});
