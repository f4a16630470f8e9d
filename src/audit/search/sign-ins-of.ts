import type { Page, PageRequest } from '../../base/paging.js';
import type { Realm } from '../../storage/store.js';
import type { AuditTrail, OpenedRecord } from '../audit-trail.js';
import { findRecords } from './find-records.js';

/** The sign-ins of a user and the failed attempts at their account, the latest first. @throws StoreUnavailable */
export async function signInsOf(
  { realm, audit }: { readonly realm: Realm; readonly audit: Pick<AuditTrail, 'open'> },
  userId: string,
  page: PageRequest,
): Promise<Page<OpenedRecord>> {
  const filter = { subject: { kind: 'user', id: userId }, kind: 'sign-in' };
  const { rows, next } = await findRecords(realm, filter, page);
  return { rows: await audit.open(rows), ...(next !== undefined && { next }) };
}
