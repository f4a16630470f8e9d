import type { RealmId } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import type { AuditRecord } from '../audit-record.js';
import { isOurs } from '../seal-record.js';
import { type AuditLink, digestOfRecord, hashOfLink } from './audit-link.js';

/** Whether a key of this installation signed this link as it is, in this realm. */
export function isSigned(keys: Pick<AuditKeys, 'checkSignature'>, realm: RealmId, link: AuditLink): boolean {
  try {
    const { signature } = link;
    // Decoding ignores what is no base64url, and would accept a signature to which somebody appended.
    const isExact = Buffer.from(signature, 'base64url').toString('base64url') === signature;
    return isExact && keys.checkSignature(link.keyId, hashOfLink(realm, link), signature);
  } catch {
    // An attacker can leave values in the database that no link of ours has.
    return false;
  }
}

/** Whether this is the record that was linked, as it was. One that is marked as pending again is still that record. */
export const isLinked = (
  keys: Pick<AuditKeys, 'checkMac'>,
  realm: RealmId,
  link: AuditLink,
  record: AuditRecord,
): boolean => isOurs(keys, realm, record) && digestOfRecord(realm, record) === link.digest;
