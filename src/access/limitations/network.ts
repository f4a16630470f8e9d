import { addressesIn, readAddress } from '../../base/networks.js';
import { allOrNone, answer, type LimitationKind } from './limitation.js';

/** The user's address is in one of these networks: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. */
export const network: LimitationKind = {
  kind: 'network',
  judgedAt: 'decision',
  fault(value) {
    try {
      addressesIn([value]);
      return undefined;
    } catch (error) {
      return error instanceof RangeError ? error.message : 'A network is an address or a range such as 10.0.0.0/8.';
    }
  },
  evaluate(values, { context: { address } }) {
    const from = address === undefined ? undefined : readAddress(address);
    if (!from) return { is: 'missing', what: 'address' };
    return answer(values.some((value) => network.fault(value) === undefined && addressesIn([value])(from)));
  },
  criterion: (values, question) => allOrNone(network.evaluate(values, question)),
  describe: (values) => `only from ${values.join(' or ')}`,
};
