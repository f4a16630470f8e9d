import ipaddr from 'ipaddr.js';
import { type Address, addressesIn } from '../../base/networks.js';
import { allOrNone, answer, type LimitationKind } from '../limitation.js';

/** The person comes from one of these networks: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. */
export const network: LimitationKind = {
  kind: 'network',
  judgedAt: 'decision',
  fault(value) {
    if (!isPlain(value))
      return `${JSON.stringify(value.slice(0, 100))} is neither an address nor a range such as 10.0.0.0/8 or 2001:db8::/32.`;
    try {
      addressesIn([value]);
      return undefined;
    } catch (error) {
      return error instanceof RangeError ? error.message : 'A network is an address or a range such as 10.0.0.0/8.';
    }
  },
  evaluate(values, { context: { address } }) {
    const from = address === undefined ? undefined : read(address);
    if (!from) return { is: 'missing', what: 'address' };
    return answer(values.some((value) => network.fault(value) === undefined && addressesIn([value])(from)));
  },
  criterion: (values, question) => allOrNone(network.evaluate(values, question)),
  describe: (values) => `only from ${values.join(' or ')}`,
};

/** An IPv4 address that came over IPv6 is the IPv4 address. */
const read = (address: string): Address | undefined =>
  isPlain(address) && ipaddr.isValid(address) ? ipaddr.process(address) : undefined;

/**
 * The parser also takes octal (`010.0.0.1` is 8.0.0.1), hexadecimal and shortened IPv4, which somebody means otherwise; and no address is in an
 * IPv6 range of mapped ones.
 */
function isPlain(value: string): boolean {
  const [address = '', ...bits] = value.split('/');
  if (address.includes(':')) return bits.length === 0 || !/^::ffff:/i.test(address);
  return /^(?:(?:0|[1-9]\d{0,2})(?:\.|$)){4}$/.test(address) && !address.endsWith('.');
}
