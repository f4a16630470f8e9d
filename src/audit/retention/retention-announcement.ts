import { newId } from '../../base/crypto/ids.js';
import type { Instant } from '../../base/clock.js';
import type { AuditEntry } from '../audit-entry.js';
import type { AuditKeys } from '../audit-keys.js';
import type { AuditRecord } from '../audit-record.js';
import { isOurs } from '../seal-record.js';

/** The kind of the records that announce a removal. */
export const RETENTION_APPLIED = 'audit.retention-applied';

/**
 * That records of these kinds with `at` before `until` are removed from then on. It is in the chain before the first of them is
 * removed, so `verify` can tell a removal by retention from any other.
 */
export interface RetentionAnnouncement {
  readonly kinds: readonly string[];
  readonly until: Instant;
  /** How many there were. */
  readonly count: number;
}

export const announcementEntry = ({ kinds, until, count }: RetentionAnnouncement): AuditEntry => ({
  kind: RETENTION_APPLIED,
  by: { kind: 'system', id: 'audit-retention', requestId: newId() },
  outcome: 'success',
  details: { kinds: [...kinds], until, count },
});

/** The announcement that a record contains; undefined if it is none, or no process of this installation wrote it. */
export function announcementIn(
  keys: Pick<AuditKeys, 'checkMac'>,
  realm: string,
  record: AuditRecord,
): RetentionAnnouncement | undefined {
  const { kinds, until, count } = record.details ?? {};
  if (record.kind !== RETENTION_APPLIED || !isOurs(keys, realm, record)) return undefined;
  if (!Array.isArray(kinds) || typeof until !== 'number' || typeof count !== 'number') return undefined;
  return { kinds: kinds.filter((kind) => typeof kind === 'string'), until, count };
}
