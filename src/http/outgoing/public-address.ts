import ipaddr from 'ipaddr.js';
import { type Address, addressesIn } from '../../base/networks.js';

/** Everything that the world can reach, of IPv6; what lies outside of it is ours, nobody's, or leads to an IPv4 address. */
const worldWide = addressesIn(['2000::/3']);
/** Public by number only: the host of a virtual machine at Azure, which hands out its secrets. */
const handsOutSecrets = addressesIn(['168.63.129.16']);

/**
 * Whether an address is one of the public Internet: not private, loopback, link-local (where clouds keep their metadata),
 * shared, reserved, or a way to reach such an IPv4 address through IPv6 (mapped, 6to4, Teredo, NAT64).
 */
export function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || handsOutSecrets(address)) return false;
  return address.kind() === 'ipv4' || worldWide(address);
}

/** An address as a resolver or a URL writes it, IPv4 mapped into IPv6 as the IPv4 that it is. @throws Error for others */
export const readAddress = (text: string): Address => ipaddr.process(text.replace(/^\[(.*)\]$/, '$1'));
