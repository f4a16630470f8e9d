import type { RealmId } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import type { AuditRecord } from '../audit-record.js';
import { type AuditLink, digestOfRecord, hashOfLink } from './audit-link.js';
import type { ChainEnd } from './chain-head.js';

/** The keys that sign the links of one realm. */
export interface LinkSigning {
  readonly realm: RealmId;
  readonly keys: Pick<AuditKeys, 'currentId' | 'sign'>;
}

/** The links of these records after the end of a chain, in order, and its new end. Pure. */
export function nextLinks(
  { realm, keys }: LinkSigning,
  end: ChainEnd,
  records: readonly AuditRecord[],
): { readonly links: readonly AuditLink[]; readonly end: ChainEnd } {
  const links: AuditLink[] = [];
  let { sequence, hash } = end;
  for (const record of records) {
    const { id, kind, at } = record;
    const link: Omit<AuditLink, 'signature'> = {
      ...{ id, sequence: ++sequence, kind, at },
      digest: digestOfRecord(realm, record),
      previous: hash,
      keyId: keys.currentId,
    };
    hash = hashOfLink(realm, link);
    links.push({ ...link, signature: keys.sign(hash) });
  }
  return { links, end: { sequence, hash } };
}
