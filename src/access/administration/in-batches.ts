const PAGE = 100;

/** The same rows, so many at a time: for what is read once for many of them. */
export async function* inPages<T>(rows: AsyncIterable<T>, size = PAGE): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
