import { hash } from 'node:crypto';
import type { Instant } from '../../base/clock.js';
import { canonicalJson } from '../../base/canonical-json.js';
import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';
import type { RealmId } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import type { AuditRecord } from '../audit-record.js';
import { textIfOurs, textOfRecord } from '../seal-record.js';

/**
 * The place of one record in the chain. It contains nothing personal and stays when the record is removed, so that the chain
 * still verifies.
 */
export type AuditLink = {
  /** The record's. */
  id: string;
  /** 1 for the first link, without gaps. The only order of records that depends on no clock. */
  sequence: number;
  /** The record's `kind` and `at`: they tell whether retention may have removed it. */
  kind: string;
  at: Instant;
  /** The digest of the record: see {@link digestOfRecord}. */
  digest: string;
  /** The hash of the link before; empty for the first. */
  previous: string;
  /** The audit key of the signature. */
  keyId: string;
  /** Over the hash of this link. */
  signature: string;
};

export const auditLinks = spec<AuditLink>()({
  name: 'auditLinks',
  scope: 'realm',
  version: 1,
  indexed: { sequence: 'number' },
  unique: { sequence: ['sequence'] },
  queries: { bySequence: { order: 'sequence' } },
});

/** SHA-256 in base64url over a link in its realm: everything but the signature. */
export function hashOfLink(realm: RealmId, link: Omit<AuditLink, 'signature'>): string {
  // A link as read has a version and its signature. Any other field was added by somebody, and changes the hash.
  const { signature: _signature, version: _version, ...proved } = link as JsonObject;
  return hash('sha256', canonicalJson([realm, proved]), 'base64url');
}

/** SHA-256 in base64url over a record in its realm with its MAC: everything but `pending`. */
export const digestOfRecord = (realm: RealmId, record: AuditRecord): string =>
  digestOf(textOfRecord(realm, record), record);

/** The same of a record whose MAC is right; undefined for any other. */
export function digestIfOurs(
  keys: Pick<AuditKeys, 'checkMac'>,
  realm: RealmId,
  record: AuditRecord,
): string | undefined {
  const text = textIfOurs(keys, realm, record);
  return text === undefined ? undefined : digestOf(text, record);
}

const digestOf = (text: string, { mac }: AuditRecord): string => hash('sha256', text + mac, 'base64url');
