import type { Realm } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import type { ChainEnd } from './chain-head.js';
import { Findings } from './finding.js';
import { type VerifiedLinks, verifyLinks } from './verify-links.js';
import { type VerifiedRecords, verifyRecords } from './verify-records.js';

export interface Verification extends VerifiedLinks, VerifiedRecords {
  /** Empty: nobody without the audit key changed what the chain proves. */
  readonly findings: Findings;
}

/**
 * Verifies the audit trail of a realm with the audit keys: every link and record, in pages, off the hot path.
 *
 * @param options.since verifies only links from there on, and that the chain still contains this one
 * @throws StoreUnavailable
 */
export async function verifyTrail(
  { realm, auditKeys: keys }: { readonly realm: Realm; readonly auditKeys: AuditKeys },
  { since, onProgress }: { readonly since?: ChainEnd | undefined; readonly onProgress?: (links: number) => void } = {},
): Promise<Verification> {
  const verifying = { realm, keys, findings: new Findings() };
  const chain = await verifyLinks({ ...verifying, onProgress }, since);
  const records = await verifyRecords(verifying);
  return { ...chain, ...records, findings: verifying.findings };
}
