import { problem } from '../../base/problems/problem.js';
import { UNKNOWN } from '../facts/country-of-address.js';
import { allOrNone, answer, type LimitationKind } from './limitation.js';

/** The user's address is in one of these countries: `DE`, `AT`; `unknown` for an address whose country is not known. */
export const country: LimitationKind = {
  kind: 'country',
  judgedAt: 'decision',
  fault: (value) => (value === UNKNOWN || /^[A-Z]{2}$/.test(value) ? undefined : problem('country-form', [], {})),
  evaluate(values, { context }) {
    if (context.country === undefined) return { is: 'missing', what: 'country' };
    return answer(values.includes(context.country));
  },
  criterion: (values, question) => allOrNone(country.evaluate(values, question)),
  describe: (values) => `only from ${values.join(' or ')}`,
};
