import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Whether an address is in one of these.
 *
 * @param list addresses and ranges (`10.0.0.0/8`, `fd00::/8`, `192.0.2.7`)
 * @throws RangeError that names the entry which is neither
 */
export function addressesIn(list: readonly string[]): (address: Address) => boolean {
  const ranges = list.map(rangeOf);
  return (address) => ranges.some(([base, bits]) => address.kind() === base.kind() && address.match(base, bits));
}

function rangeOf(entry: string): readonly [Address, number] {
  try {
    if (entry.includes('/')) return ipaddr.parseCIDR(entry);
    const address = ipaddr.process(entry);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  } catch (cause) {
    throw new RangeError(`${JSON.stringify(entry)} is neither an address nor a range such as 10.0.0.0/8.`, { cause });
  }
}
