import { canonicalJson } from '../../base/canonical-json.js';
import { type IpAddress, rangeAround, readAddress, readRange } from '../../base/networks.js';
import type { RealmId } from '../../storage/store.js';
import type { AuditKeys } from '../audit-keys.js';

/** Keyed hashes of what records are found by. Only who has the audit key can tell what a stored one means. */
export interface TermHashes {
  /** Of a username or e-mail address in any spelling, or of whatever was typed in place of one. */
  name(typed: string): string;
  /** Of an address as stored: itself and the network around it. Empty for text that is no address. */
  addresses(text: string): readonly string[];
  /** Of what is searched for: an address, or a network (IPv4 `/24`, IPv6 `/48`). Undefined for anything else. */
  network(text: string): string | undefined;
}

/**
 * @param normalizeName the stored form of an identifier, undefined for text that can be none: a port that `identity/` implements
 */
export function termHashes(parts: {
  readonly realm: RealmId;
  readonly keys: Pick<AuditKeys, 'termOf'>;
  readonly normalizeName: (typed: string) => string | undefined;
}): TermHashes {
  const { realm, keys, normalizeName } = parts;
  const hashed = (kind: 'name' | 'network', value: string): string => keys.termOf(canonicalJson([realm, kind, value]));
  return {
    name: (typed) => hashed('name', normalizeName(typed) ?? typed.trim()),
    addresses(text) {
      const address = readAddress(text);
      return address
        ? [allBits(address), NETWORK_BITS[address.kind()]].map((bits) => hashed('network', rangeAround(address, bits)))
        : [];
    },
    network(text) {
      const network = searchableNetwork(text);
      return network && hashed('network', network);
    },
  };
}

/** Whether records can be found by this: an address, or a network of the indexed size. */
export const isSearchableNetwork = (text: string): boolean => searchableNetwork(text) !== undefined;

function searchableNetwork(text: string): string | undefined {
  const [address, bits] = readRange(text) ?? [];
  if (!address || (bits !== allBits(address) && bits !== NETWORK_BITS[address.kind()])) return undefined;
  return rangeAround(address, bits);
}

/** The networks that are usually one customer's. */
const NETWORK_BITS = { ipv4: 24, ipv6: 48 } as const;

const allBits = (address: IpAddress): number => (address.kind() === 'ipv4' ? 32 : 128);
