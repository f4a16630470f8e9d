import type { Realm } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import { isOurs } from '../seal-record.js';
import { auditLinks } from './audit-link.js';
import { waitingRecords } from './waiting-records.js';

/**
 * Whether a record by or about this user has yet to enter the chain. Search terms are written then, also for a user who was
 * erased after the record was opened. So only terms that are removed later stay removed.
 * @throws StoreUnavailable
 */
export async function isRecordAwaited(
  { realm, auditKeys }: { readonly realm: Realm; readonly auditKeys: AuditKeys },
  userId: string,
): Promise<boolean> {
  const links = realm.of(auditLinks);
  for await (const page of waitingRecords(realm)) {
    const records = page.flatMap(({ record }) => record ?? []);
    const theirs = records.filter(
      ({ actorKind, actorId, subjectKind, subjectId }) =>
        (actorKind === 'user' && actorId === userId) || (subjectKind === 'user' && subjectId === userId),
    );
    const linked = await links.getMany(theirs.map(({ id }) => id));
    if (theirs.some((record) => !linked.has(record.id) && isOurs(auditKeys, realm.id, record))) return true;
  }
  return false;
}
