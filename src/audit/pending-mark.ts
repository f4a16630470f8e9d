import type { Realm } from '../storage/store.js';
import { insert, type Write } from '../storage/write.js';
import { type AuditRecord, auditRecords } from './audit-record.js';

/**
 * Says that a record is not in the chain yet. It is a small document of its own beside the record, and is removed in the commit that links
 * the record: taking a field off the record would make the store look at each of its indexes again.
 *
 * Marks are in the collection of the records, so that a record and its mark are one message to the store, and no query but `pending` and
 * `all` finds them.
 */
export interface PendingMark {
  readonly id: string;
  readonly pending: true;
}

/** Ids of records are hexadecimal, and never begin like this. */
const PREFIX = 'pending.';

export const markIdOf = (record: string): string => PREFIX + record;

/** The id of the record of a mark. Undefined for anything else, also for a mark to which somebody added a field. */
export function recordOfMark(document: Pick<AuditRecord, 'id' | 'pending'>): string | undefined {
  const { id, pending, version: _version, ...others } = document as typeof document & { readonly version?: number };
  return id.startsWith(PREFIX) && pending === true && Object.keys(others).length === 0
    ? id.slice(PREFIX.length)
    : undefined;
}

/** The documents of a record that is new, in the order in which they are written. */
// A mark has none of the fields that make a record: no reader but those of `pending` and `all` gets one.
export const withMark = (record: AuditRecord): readonly [mark: AuditRecord, record: AuditRecord] => [
  { id: markIdOf(record.id), pending: true } satisfies PendingMark as AuditRecord,
  record,
];

/** The writes of a record that is new, for a commit. */
export const recordWrites = (record: AuditRecord): readonly Write[] =>
  withMark(record).map((document) => insert(auditRecords, document));

/**
 * Writes a record that is new. The store gets both documents in one message, with the mark first, so that there is never a record without it;
 * a mark whose record was not written is removed later. Nothing happens if the record was written before. @throws StoreUnavailable
 */
export async function insertRecord(realm: Realm, record: AuditRecord): Promise<void> {
  await Promise.all(withMark(record).map((document) => realm.of(auditRecords).insert(document)));
}

/** The ids of those of these records that wait for their link. @throws StoreUnavailable */
export async function waitingAmong(
  realm: Realm,
  records: readonly Pick<AuditRecord, 'id' | 'pending'>[],
): Promise<ReadonlySet<string>> {
  const marks = await realm.of(auditRecords).getMany(records.map(({ id }) => markIdOf(id)));
  const waiting = records.filter((record) => {
    const mark = marks.get(markIdOf(record.id));
    return isMarkedInside(record) || (mark !== undefined && recordOfMark(mark) === record.id);
  });
  return new Set(waiting.map(({ id }) => id));
}

/**
 * Whether a record says itself that it waits, as those did that version 0.1 wrote. To be removed with the field in the release after the next:
 * by then each of them is in the chain.
 */
export const isMarkedInside = ({ pending }: Pick<AuditRecord, 'pending'>): boolean => pending === true;
