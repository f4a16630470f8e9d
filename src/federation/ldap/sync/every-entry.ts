import type { Control } from 'ldapts';
import type { LdapEntry } from '../connection/answers.js';
import type { DedicatedConnection } from '../connection/directory.js';
import type { SearchRequest } from '../connection/ldap-connection.js';
import { searchPages } from '../connection/paged-search.js';
import { SeenEntries } from './seen-entries.js';

/** More entries are not read, unless the caller wants fewer. */
const MOST_ENTRIES = 200_000;

interface ReadingBounds {
  readonly most?: number;
  readonly controls?: readonly Control[];
}

/** Hands out every entry of a search, once, and none of the page that goes beyond `most`. `unreadable`: some may be missing. */
export async function everyEntry(
  connection: DedicatedConnection,
  request: SearchRequest,
  take: (entry: LdapEntry) => void,
  { most = MOST_ENTRIES, controls = [] }: ReadingBounds = {},
): Promise<'all' | 'too-many' | 'unreadable'> {
  const seen = new SeenEntries();
  const pages = searchPages(
    connection.server,
    (paging) => connection.search(request, paging, ...controls),
    (entries) => entries.filter(({ dn }) => seen.add(dn)),
  );
  for (let page = await pages.next(); ; page = await pages.next()) {
    if (page.done === true) return page.value.ok && page.value.value.code === 0 ? 'all' : 'unreadable';
    if (seen.size > most) return 'too-many';
    for (const entry of page.value) take(entry);
  }
}
