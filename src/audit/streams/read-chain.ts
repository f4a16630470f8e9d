import type { Realm } from '../../storage/store.js';
import { type AuditRecord, auditRecords } from '../audit-record.js';
import type { AuditTrail } from '../audit-trail.js';
import { auditLinks, digestOfRecord } from '../chain/audit-link.js';
import { type KindPatterns, matchesKind } from '../kind-patterns.js';
import type { ChainedRecord } from './stream-event.js';

/** A part of the chain. */
export interface ChainPart {
  /** Of the kinds that were asked for, in the order of the chain. */
  readonly records: readonly ChainedRecord[];
  /** The last link that was read, of whatever kind. */
  readonly until: number;
}

/**
 * The next part of the chain after a place; undefined at its end. Three store calls.
 *
 * @param limit the maximum number of links, at most PAGE_LIMIT
 * @throws StoreUnavailable
 */
export async function readChain(
  { realm, trail }: { readonly realm: Realm; readonly trail: Pick<AuditTrail, 'open'> },
  {
    after,
    limit,
    kinds,
  }: { readonly after: number; readonly limit: number; readonly kinds?: KindPatterns | undefined },
): Promise<ChainPart | undefined> {
  const { rows } = await realm.of(auditLinks).find('bySequence', { sequence: { gt: after } }, { limit });
  const last = rows.at(-1);
  if (!last) return undefined;
  const links = rows.filter(({ kind }) => kinds === undefined || matchesKind(kinds, kind));
  const found = await realm.of(auditRecords).getMany(links.map(({ id }) => id));
  const opened = await trail.open([...found.values()]);
  const byId = new Map(opened.map((record) => [record.id, record]));
  const isAltered = (stored: AuditRecord | undefined, digest: string): boolean =>
    stored !== undefined && digestOfRecord(realm.id, stored) !== digest;
  return {
    records: links.map((link) => {
      const record = byId.get(link.id);
      const altered = isAltered(found.get(link.id), link.digest);
      return { link, ...(record && { record }), ...(altered && { isAltered: true }) };
    }),
    until: last.sequence,
  };
}
