import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allRows, batches, type Cursor, type Page, type PageRequest, pages, rows } from '../../src/base/paging.js';

/** A query over these numbers, and the requested limits. */
function queryOf(all: readonly number[]) {
  const limits: number[] = [];
  const read = async ({ limit, after }: PageRequest): Promise<Page<number>> => {
    limits.push(limit);
    const from = after === undefined ? 0 : Number(after);
    const next = from + limit;
    return { rows: all.slice(from, next), ...(next < all.length && { next: String(next) as Cursor }) };
  };
  return { read, limits };
}
const collect = async <T>(from: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const each of from) all.push(each);
  return all;
};
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('a query read page by page', () => {
  test('gives every row once and in order, whatever the size of a page', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 20 }), async (count, limit) => {
        const all = numbers(count);
        expect(await collect(rows(queryOf(all).read, limit))).toEqual(all);
        expect((await collect(pages(queryOf(all).read, { limit }))).flat()).toEqual(all);
        expect(await allRows(queryOf(all).read)).toEqual(all);
      }),
    ));

  test('reads no page before the one before it was used up', async () => {
    const { read, limits } = queryOf(numbers(10));
    for await (const row of rows(read, 2)) if (row === 3) break;
    expect(limits).toEqual([2, 2]);
  });

  test('reads twice as much each time, up to a bound, where that is wanted', async () => {
    const { read, limits } = queryOf(numbers(40));
    const found = await collect(pages(read, { limit: 2, growTo: 10 }));
    expect(found.flat()).toEqual(numbers(40));
    expect(limits).toEqual([2, 4, 8, 10, 10, 10]);
  });

  test('gives its rows in batches, the last of which may be smaller', async () => {
    const { read } = queryOf(numbers(7));
    expect(await collect(batches(rows(read, 2), 3))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(await collect(batches(rows(queryOf([]).read), 3))).toEqual([]);
  });
});
