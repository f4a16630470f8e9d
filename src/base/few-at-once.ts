/** The results of the work for each, in order, with so many at work at once. The first failure ends it. */
export async function fewAtOnce<T, R>(all: readonly T[], most: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += most) {
    results.push(...(await Promise.all(all.slice(at, at + most).map(work))));
  }
  return results;
}
