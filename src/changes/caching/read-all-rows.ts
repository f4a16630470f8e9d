import { eachRow } from '../../base/each-row.js';
import type { Page, PageRequest } from '../../base/paging.js';

/** All rows of a query at once: only for kinds that are few, as what is cached whole is. */
export async function everyRow<T>(page: (request: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of eachRow(page)) rows.push(row);
  return rows;
}
