import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * The only parser of addresses. An IPv4 address has four decimal numbers without leading zeros; octal, hexadecimal and
 * shortened forms are refused, because other programs interpret them differently. IPv4 mapped into IPv6 is that IPv4 address. A
 * zone (`%eth0`) is ignored, since it is local to a machine.
 *
 * @returns undefined for text that is no address; the caller then knows no address
 */
export function readAddress(text: string): IpAddress | undefined {
  // `isIP` is strict; longer text than any address is not examined.
  if (text.length > LONGEST || isIP(text) === 0) return undefined;
  const address = ipaddr.parse(inHexadecimal(text.replace(/%.*$/, '')));
  return address instanceof ipaddr.IPv6 && address.match(...MAPPED) ? address.toIPv4Address() : address;
}

/** ipaddr.js reads `::192.0.2.1`, which is deprecated, as `::ffff:192.0.2.1`. */
const inHexadecimal = (text: string): string =>
  text.includes(':')
    ? text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_dotted, ...four: string[]) => {
        const [a, b, c, d] = four.slice(0, 4).map((part) => Number(part).toString(16).padStart(2, '0'));
        return `${a}${b}:${c}${d}`;
      })
    : text;

const LONGEST = 100;
/** RFC 4291 2.5.5.2. */
const MAPPED: readonly [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('::ffff:0:0'), 96];

/**
 * Whether an address is one of these.
 *
 * @param list addresses and ranges (`10.0.0.0/8`, `fd00::/8`, `192.0.2.7`)
 * @throws RangeError that names the entry which is neither
 */
export function addressesIn(list: readonly string[]): (address: IpAddress) => boolean {
  const ranges = list.map(rangeOf);
  return (address) => ranges.some(([base, bits]) => address.kind() === base.kind() && address.match(base, bits));
}

/** Whether it is an address, or a range in CIDR notation. */
export function isNetwork(entry: string): boolean {
  return readRange(entry) !== undefined;
}

function rangeOf(entry: string): readonly [IpAddress, number] {
  const range = readRange(entry);
  if (range) return range;
  const shown = JSON.stringify(entry.slice(0, LONGEST));
  throw new RangeError(`${shown} is neither an address nor a range such as 10.0.0.0/8 or 2001:db8::/32.`);
}

/** An address, or a range in CIDR notation, with its number of bits; undefined for other text. */
export function readRange(entry: string): readonly [IpAddress, number] | undefined {
  const [text = '', bits, ...more] = entry.split('/');
  const base = readAddress(text);
  if (!base || more.length > 0) return undefined;
  const most = base.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return [base, most];
  // No address is in a range of mapped ones, since each is read as IPv4.
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > most || isMappedText(text, base)) return undefined;
  return [base, Number(bits)];
}

/** The range of this size that the address is in, in CIDR notation. */
export function rangeAround(address: IpAddress, bits: number): string {
  const bytes = address.toByteArray().map((byte, at) => byte & (0xff << Math.max(0, Math.min(8, (at + 1) * 8 - bits))));
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}

const isMappedText = (text: string, base: IpAddress): boolean => text.includes(':') && base.kind() === 'ipv4';

/** All globally reachable IPv6 addresses; everything outside is internal, unassigned, or leads to an IPv4 address. */
const worldWide = addressesIn(['2000::/3']);

/**
 * Whether an address belongs to the public Internet (the registries of special-purpose addresses of IANA, RFC 6890). It is not
 * private, loopback, link-local, shared, reserved or for documentation. It is no path to an IPv4 address through IPv6 either
 * (mapped, 6to4, Teredo, NAT64).
 */
export const isGloballyRoutable = (address: IpAddress): boolean =>
  address.range() === 'unicast' && (address.kind() === 'ipv4' || worldWide(address));
