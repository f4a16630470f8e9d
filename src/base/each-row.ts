import { PAGE_LIMIT, type Cursor, type Page, type PageRequest } from './paging.js';

/** The rows of a query one after another, read page by page: never more than a page of them in memory. */
export async function* eachRow<T>(read: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<T> {
  let after: Cursor | undefined;
  do {
    const page: Page<T> = await read({ limit: PAGE_LIMIT, ...(after && { after }) });
    yield* page.rows;
    after = page.next;
  } while (after);
}
