import type { Instant } from '../base/clock.js';
import { rows } from '../base/paging.js';
import type { Realm } from '../storage/store.js';
import { history, type HistoryRow } from './history.js';

/** What was in force at an instant: the state that a row holds, or that of the current document. */
export type StateAt<D> =
  | { readonly is: 'past'; readonly row: HistoryRow }
  | { readonly is: 'current'; readonly document: D }
  | { readonly is: 'not-yet' | 'gone' };

/** Rows hold whole roles and groups, so pages are short. */
const ROWS_A_PAGE = 200;

/** The first row of this subject that ended after an instant. One store call. @throws StoreUnavailable */
export async function firstEndedAfter(
  realm: Pick<Realm, 'of'>,
  { kind, subject }: Pick<HistoryRow, 'kind' | 'subject'>,
  at: Instant,
): Promise<HistoryRow | undefined> {
  const page = { limit: 1 };
  const found = await realm.of(history).find('ofSubject', { kind, subject, until: { gt: at } }, page);
  return found.rows[0];
}

/**
 * The same for every subject of a kind, by id. Its work grows with the changes of this kind since then, so it is for small kinds
 * only. One row of each subject and one page are in memory. @throws StoreUnavailable
 */
export async function allFirstEndedAfter(
  realm: Pick<Realm, 'of'>,
  kind: string,
  at: Instant,
): Promise<ReadonlyMap<string, HistoryRow>> {
  const collection = realm.of(history);
  const first = new Map<string, HistoryRow>();
  const ended = rows((page) => collection.find('ofKind', { kind, until: { gt: at } }, page), ROWS_A_PAGE);
  for await (const row of ended) if (!first.has(row.subject)) first.set(row.subject, row);
  return first;
}

/**
 * The state of a subject at an instant. Pure.
 *
 * @param current read before `ended`: a version that ends between the two reads is then in both, and never in neither
 * @param ended the first row that ended after the instant
 */
export function stateAt<D extends { readonly since: Instant }>(
  current: D | undefined,
  ended: HistoryRow | undefined,
  at: Instant,
): StateAt<D> {
  if (ended) return ended.from <= at ? { is: 'past', row: ended } : { is: 'not-yet' };
  if (!current) return { is: 'gone' };
  return current.since <= at ? { is: 'current', document: current } : { is: 'not-yet' };
}
