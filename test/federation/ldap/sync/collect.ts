import type {
  PeoplePage,
  ReadUser,
  ReadingEnd,
  UpstreamReader,
} from '../../../../src/federation/contract/upstream-reader.js';

/** All that a reading handed out. */
export interface Reading<End = ReadingEnd> {
  readonly end: End;
  readonly pages: readonly PeoplePage[];
  readonly users: readonly ReadUser[];
}

/** @param beforeNext runs while a page is being taken, with the number of pages so far */
export async function readAll(
  reader: UpstreamReader,
  beforeNext?: (pages: number) => Promise<void> | void,
): Promise<Reading> {
  const pages: PeoplePage[] = [];
  const end = await reader.all(async (page) => {
    pages.push(page);
    await beforeNext?.(pages.length);
  });
  return { end, pages, users: pages.flatMap(({ users }) => users) };
}

/** The first value of a claim of each user, sorted. */
export const named = (users: readonly ReadUser[], claim = 'uid'): readonly string[] =>
  users.map(({ identity }) => identity.claims.get(claim)?.[0] ?? '').sort();

export function readerOf({ reader }: { readonly reader?: UpstreamReader }): UpstreamReader {
  if (!reader) throw new Error('The connector has no reader.');
  return reader;
}

/** The changes since a mark. @param marks the change mark of each subject when it was last read */
export async function changesOf(
  reader: UpstreamReader,
  mark: string,
  marks: ReadonlyMap<string, string | undefined> = new Map(),
): Promise<Reading<Awaited<ReturnType<UpstreamReader['changed']>>>> {
  const pages: PeoplePage[] = [];
  const take = async (page: PeoplePage): Promise<void> => void pages.push(page);
  const end = await reader.changed(mark, take, (subject) => marks.get(subject));
  return { end, pages, users: pages.flatMap(({ users }) => users) };
}
