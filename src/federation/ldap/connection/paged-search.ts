import type { LdapEntry } from './answers.js';
import { isPaged, PagedResultsRequest, pageCookie } from './controls.js';
import type { SearchAnswer } from './ldap-connection.js';
import { answered, failed, type LdapAnswer } from './ldap-failure.js';

/** How the last page of a search ended. */
export type PagesEnd = Pick<SearchAnswer, 'code' | 'referrals'>;

const PAGE = 500;
/** Pages in a row without an entry that is new. */
const BARREN_PAGES = 100;
const SUCCESS = 0;
const ADMIN_LIMIT_EXCEEDED = 11;

/**
 * Reads a search page by page: the next one is asked for when this one was taken. All pages have to be of one connection, to which a cookie
 * belongs; OpenLDAP allows one such search on it at a time.
 *
 * @param ask one search with this control
 * @param fresh what no page before had of these entries: without anything new for long, the search would go on for ever
 */
export async function* searchPages<T>(
  server: string,
  ask: (control: PagedResultsRequest) => Promise<LdapAnswer<SearchAnswer>>,
  fresh: (entries: readonly LdapEntry[]) => readonly T[],
): AsyncGenerator<readonly T[], LdapAnswer<PagesEnd>> {
  let cookie: Buffer = Buffer.alloc(0);
  let size = PAGE;
  for (let barren = 0; barren < BARREN_PAGES;) {
    const answer = await ask(new PagedResultsRequest(size, cookie));
    if (!answer.ok) return answer;
    const { code, controls, referrals } = answer.value;
    if (code === ADMIN_LIMIT_EXCEEDED && size > 1 && cookie.length === 0) {
      size = Math.ceil(size / 2);
      continue;
    }
    if (code !== SUCCESS) return answered({ code, referrals });
    const news = fresh(answer.value.entries);
    // A directory that does not page returns everything at once.
    for (let at = 0; at < news.length; at += PAGE) yield news.slice(at, at + PAGE);
    const next = pageCookie(controls);
    // Something between us and the directory may drop controls: what looks like the end would be a page of many.
    const isLost = !isPaged(controls) && (cookie.length > 0 || answer.value.entries.length === size);
    if (!next || isLost) return failed({ kind: 'broken', reason: 'answer-malformed', server });
    // An empty page is not the end: only an empty cookie is (RFC 2696 3).
    if (next.length === 0) return answered({ code, referrals });
    // Some directories number the search in the cookie and count the pages themselves; then each page brings something new.
    if (news.length === 0 && next.equals(cookie)) break;
    barren = news.length === 0 ? barren + 1 : 0;
    cookie = next;
  }
  return failed({ kind: 'broken', reason: 'paging-stuck', server });
}
