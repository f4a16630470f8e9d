import { rows } from '../../base/paging.js';
import type { Realm } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import { type AuditRecord, auditRecords } from '../audit-record.js';
import { matchesKind } from '../kind-patterns.js';
import { announcementIn, RETENTION_APPLIED, type RetentionAnnouncement } from '../retention/retention-announcement.js';
import { type AuditLink, auditLinks, digestOfRecord } from './audit-link.js';
import { isSigned } from './check-link.js';

/** The records that retention may have removed, by their announcements in the chain. */
export interface Removable {
  covers(link: Pick<AuditLink, 'kind' | 'at'>): boolean;
}

/** @throws StoreUnavailable */
export async function readRemovable(realm: Realm, keys: AuditKeys): Promise<Removable> {
  const announced: RetentionAnnouncement[] = [];
  for await (const record of rows((page) => realm.of(auditRecords).find('byKind', { kind: RETENTION_APPLIED }, page))) {
    const announcement = announcementIn(keys, realm.id, record);
    if (announcement && (await isInChain(realm, keys, record))) announced.push(announcement);
  }
  return {
    covers: ({ kind, at }) => announced.some(({ kinds, until }) => at < until && matchesKind(kinds, kind)),
  };
}

/** Only then it preceded the removal that it announces. */
async function isInChain(realm: Realm, keys: AuditKeys, record: AuditRecord): Promise<boolean> {
  const link = await realm.of(auditLinks).get(record.id);
  return link !== undefined && isSigned(keys, realm.id, link) && link.digest === digestOfRecord(realm.id, record);
}
