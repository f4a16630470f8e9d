import type { Instant } from '../../base/clock.js';
import { pages } from '../../base/paging.js';
import type { Realm } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import { type AuditRecord, auditRecords } from '../audit-record.js';
import { isMarkedInside, recordOfMark, waitingAmong } from '../pending-mark.js';
import { isOurs } from '../seal-record.js';
import { type AuditLink, auditLinks } from './audit-link.js';
import type { Findings } from './finding.js';

export interface VerifiedRecords {
  readonly records: number;
  /** Those that are not in the chain yet, and the time of the oldest. */
  readonly pending: { readonly count: number; readonly since?: Instant };
  /** Records from before the chain, which had no MAC: nothing proves them. */
  readonly unprovable: number;
}

const PAGE = 500;

/**
 * Walks the records by id, and finds those that the chain does not know. Their content is verified with their links, before.
 *
 * @throws StoreUnavailable
 */
export async function verifyRecords({
  realm,
  keys,
  findings,
}: {
  readonly realm: Realm;
  readonly keys: AuditKeys;
  readonly findings: Findings;
}): Promise<VerifiedRecords> {
  const [records, links] = [realm.of(auditRecords), realm.of(auditLinks)];
  const firstAt = (await links.findOne('sequence', { sequence: 1 }))?.at;
  let [count, pending, unprovable] = [0, 0, 0];
  let since: Instant | undefined;
  for await (const page of pages((request) => records.find('all', {}, request), { limit: PAGE })) {
    // After the records: a record that was taken in meanwhile then has a link, never the other way round.
    const linkOf = await links.getMany(page.map(({ id }) => id));
    const proper = page.filter((document) => recordOfMark(document) === undefined);
    count += proper.length;
    for (const { id } of proper.filter((record) => isMarkedInside(record) && linkOf.has(record.id))) {
      const now = await records.get(id);
      if (now && isMarkedInside(now)) findings.add({ code: 'record-pending-again', record: id });
    }
    const unlinked = proper.filter(({ id }) => !linkOf.has(id));
    const waiting = await waitingAmong(realm, unlinked);
    // Again after the marks: one that lost its mark meanwhile was linked.
    const linkNow = await links.getMany(unlinked.map(({ id }) => id));
    for (const record of proper) {
      const { id, at } = record;
      if (waiting.has(id)) {
        pending++;
        if (typeof at === 'number') since = Math.min(since ?? at, at);
        if (!isOurs(keys, realm.id, record)) findings.add({ code: 'record-forged', record: id });
      } else if (!isInChain(linkOf.get(id) ?? linkNow.get(id))) {
        if (isFromBefore(record, firstAt)) unprovable++;
        else findings.add({ code: 'record-inserted', record: id });
      }
    }
  }
  return { records: count, pending: { count: pending, ...(since !== undefined && { since }) }, unprovable };
}

/** A link without a sequence of the chain was not seen when the links were verified. */
const isInChain = (link: AuditLink | undefined): boolean =>
  link !== undefined && Number.isInteger(link.sequence) && link.sequence >= 1;

/** Version 1 of the records had no MAC. No record of it can be newer than the chain. */
const isFromBefore = ({ mac, at }: AuditRecord, firstAt: Instant | undefined): boolean =>
  mac === '' && (firstAt === undefined || at < firstAt);
