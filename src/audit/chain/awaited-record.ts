import { pages } from '../../base/paging.js';
import type { Realm } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import { auditRecords } from '../audit-record.js';
import { isOurs } from '../seal-record.js';
import { auditLinks } from './audit-link.js';

/**
 * Whether a record by or about this user has yet to enter the chain. Search terms are written then, also for a user who was
 * erased after the record was opened. So only terms that are removed later stay removed.
 * @throws StoreUnavailable
 */
export async function isRecordAwaited(
  { realm, auditKeys }: { readonly realm: Realm; readonly auditKeys: AuditKeys },
  userId: string,
): Promise<boolean> {
  const [records, links] = [realm.of(auditRecords), realm.of(auditLinks)];
  for await (const page of pages((request) => records.find('pending', { pending: true }, request))) {
    const theirs = page.filter(
      ({ actorKind, actorId, subjectKind, subjectId }) =>
        (actorKind === 'user' && actorId === userId) || (subjectKind === 'user' && subjectId === userId),
    );
    const linked = await links.getMany(theirs.map(({ id }) => id));
    if (theirs.some((record) => !linked.has(record.id) && isOurs(auditKeys, realm.id, record))) return true;
  }
  return false;
}
