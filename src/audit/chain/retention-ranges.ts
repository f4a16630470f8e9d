import { z } from 'zod';
import type { Instant } from '../../base/clock.js';
import { rows } from '../../base/paging.js';
import type { Realm } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import { type AuditRecord, auditRecords } from '../audit-record.js';
import { type AuditLink, auditLinks, digestOfRecord } from './audit-link.js';
import { isSigned } from './check-link.js';

/** The kind of the record that precedes each removal by retention. */
const RETENTION_APPLIED = 'audit.retention-applied';

/** What a retention record says was removed: kinds (`token.*` is all that begin with `token.`), up to a time. */
const retentionDetails = z.object({ kinds: z.array(z.string()), until: z.number() });

interface RetentionRange {
  readonly kinds: readonly string[];
  readonly until: Instant;
}

/** What retention may have removed, from the records in the chain that say so. */
export interface Removable {
  covers(link: Pick<AuditLink, 'kind' | 'at'>): boolean;
}

/** @throws StoreUnavailable */
export async function readRemovable(realm: Realm, keys: AuditKeys): Promise<Removable> {
  const ranges: RetentionRange[] = [];
  for await (const record of rows((page) => realm.of(auditRecords).find('byKind', { kind: RETENTION_APPLIED }, page))) {
    const details = retentionDetails.safeParse(record.details);
    if (details.success && (await isProven(realm, keys, record))) ranges.push(details.data);
  }
  return {
    covers: ({ kind, at }) =>
      ranges.some(({ kinds, until }) => at <= until && kinds.some((pattern) => matches(pattern, kind))),
  };
}

/** Only a record in the chain counts: it precedes the removal that it reports. */
async function isProven(realm: Realm, keys: AuditKeys, record: AuditRecord): Promise<boolean> {
  const link = await realm.of(auditLinks).get(record.id);
  return link !== undefined && isSigned(keys, realm.id, link) && link.digest === digestOfRecord(realm.id, record);
}

const matches = (pattern: string, kind: string): boolean =>
  pattern.endsWith('*') ? kind.startsWith(pattern.slice(0, -1)) : kind === pattern;
