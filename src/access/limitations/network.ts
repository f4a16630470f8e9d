import { problem } from '../../base/problems/problem.js';
import { addressesIn, isNetwork, readAddress } from '../../base/networks.js';
import { allOrNone, answer, type LimitationKind } from './limitation.js';

const LONGEST_SHOWN = 100;

/** The user's address is in one of these networks: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. */
export const network: LimitationKind = {
  kind: 'network',
  judgedAt: 'decision',
  fault: (value) =>
    isNetwork(value) ? undefined : problem('network-form', [], { value: value.slice(0, LONGEST_SHOWN) }),
  evaluate(values, { context: { address } }) {
    const from = address === undefined ? undefined : readAddress(address);
    if (!from) return { is: 'missing', what: 'address' };
    return answer(values.some((value) => network.fault(value) === undefined && addressesIn([value])(from)));
  },
  criterion: (values, question) => allOrNone(network.evaluate(values, question)),
  describe: (values) => `only from ${values.join(' or ')}`,
};
