import { PAGE_LIMIT, type Page, type PageRequest } from '../base/paging.js';

/** All rows of a query, page after page: only for kinds that are few, as what is cached whole is. */
export async function everyRow<T>(page: (request: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let read = await page({ limit: PAGE_LIMIT });
  rows.push(...read.rows);
  while (read.next) {
    read = await page({ limit: PAGE_LIMIT, after: read.next });
    rows.push(...read.rows);
  }
  return rows;
}
