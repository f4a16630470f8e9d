import { pages } from '../../base/paging.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { remove, replace, type Write } from '../../storage/write.js';
import { type AuditRecord, auditRecords } from '../audit-record.js';
import { isMarkedInside, recordOfMark } from '../pending-mark.js';

/** Something in the store that says that a record waits for its link. */
export interface WaitingRecord {
  /** Of the record. */
  readonly id: string;
  /** Absent: there is a mark, and no such record. */
  readonly record?: Stored<AuditRecord>;
  /** For the commit that links the record: then it waits no more. */
  readonly settle: Write;
  /** Absent: the record says itself that it waits. */
  readonly markId?: string;
}

/** Everything in a realm that waits, in pages, the oldest first; nothing twice. @throws StoreUnavailable */
export async function* waitingRecords(realm: Realm, limit?: number): AsyncGenerator<readonly WaitingRecord[]> {
  const records = realm.of(auditRecords);
  const find = pages((request) => records.find('pending', { pending: true }, request), limit ? { limit } : {});
  for await (const page of find) {
    const found = await records.getMany(page.flatMap((document) => recordOfMark(document) ?? []));
    yield page.flatMap((document): WaitingRecord[] => {
      const id = recordOfMark(document);
      if (id === undefined) return [{ id: document.id, record: document, settle: unmarked(document) }];
      const record = found.get(id);
      const mark = { id, settle: remove(auditRecords, document.id), markId: document.id };
      if (!record) return [mark];
      // It comes by itself.
      return isMarkedInside(record) ? [] : [{ ...mark, record }];
    });
  }
}

function unmarked({ version, pending: _pending, ...record }: Stored<AuditRecord>): Write {
  return replace(auditRecords, record, version);
}
