import type { RealmId } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';
import { type AuditLink, hashOfLink } from './audit-link.js';
import type { ChainEnd } from './chain-head.js';

/** The keys that sign the links of one realm. */
export interface LinkSigning {
  readonly realm: RealmId;
  readonly keys: Pick<AuditKeys, 'currentId' | 'sign'>;
}

/** What a link says of its record. */
export type RecordToLink = Pick<AuditLink, 'id' | 'kind' | 'at' | 'digest'>;

/** The links of these records after the end of a chain, in order, and its new end. Pure. */
export async function nextLinks(
  { realm, keys }: LinkSigning,
  end: ChainEnd,
  records: readonly RecordToLink[],
): Promise<{ readonly links: readonly AuditLink[]; readonly end: ChainEnd }> {
  const links: Promise<AuditLink>[] = [];
  let { sequence, hash } = end;
  for (const { id, kind, at, digest } of records) {
    const link: Omit<AuditLink, 'signature'> = {
      ...{ id, sequence: ++sequence, kind, at },
      digest,
      previous: hash,
      keyId: keys.currentId,
    };
    hash = hashOfLink(realm, link);
    links.push(signed(keys, link, hash));
  }
  return { links: await Promise.all(links), end: { sequence, hash } };
}

const signed = async (
  keys: LinkSigning['keys'],
  link: Omit<AuditLink, 'signature'>,
  hash: string,
): Promise<AuditLink> => ({ ...link, signature: await keys.sign(hash) });
