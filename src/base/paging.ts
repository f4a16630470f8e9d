/** A requested page: at most `limit` rows, after the end of an earlier page. */
export interface PageRequest {
  readonly limit: number;
  /** The `next` of the previous page; opaque. */
  readonly after?: Cursor;
}

declare const cursor: unique symbol;
export type Cursor = string & { readonly [cursor]: true };

export interface Page<T> {
  readonly rows: readonly T[];
  /** Absent on the last page. */
  readonly next?: Cursor;
}

/** The maximum number of rows per page. */
export const PAGE_LIMIT = 1000;

type ReadPage<T> = (page: PageRequest) => Promise<Page<T>>;

/** The pages of a query in sequence. Each may be twice as long as the previous one, up to `growTo` rows. */
export async function* pages<T>(
  read: ReadPage<T>,
  { limit = PAGE_LIMIT, growTo = limit }: { readonly limit?: number; readonly growTo?: number } = {},
): AsyncGenerator<readonly T[]> {
  let after: Cursor | undefined;
  let most = limit;
  do {
    const page: Page<T> = await read({ limit: most, ...(after !== undefined && { after }) });
    yield page.rows;
    after = page.next;
    most = Math.min(most * 2, growTo);
  } while (after !== undefined);
}

/** The rows of a query in sequence, with at most a page in memory. */
export async function* rows<T>(read: ReadPage<T>, limit = PAGE_LIMIT): AsyncGenerator<T> {
  for await (const page of pages(read, { limit })) yield* page;
}

/** All rows of a query at once: only for small kinds, such as those cached as a whole. */
export async function allRows<T>(read: ReadPage<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages(read)) all.push(...page);
  return all;
}

/** The same rows in batches, for data that is read once for many of them. */
export async function* batches<T>(from: AsyncIterable<T>, size = 100): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const row of from) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
