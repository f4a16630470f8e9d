import { problem } from '../../../src/base/problems/problem.js';
import { allOrNone, answer, type LimitationKind } from '../../../src/access/limitations/limitation.js';

/** Only on days, in UTC, whose date is even. */
export const evenDays: LimitationKind = {
  kind: 'even-days',
  judgedAt: 'issue',
  fault: (value) => (value === 'UTC' ? undefined : problem('time-form', [], {})),
  evaluate(values, { context: { at } }) {
    const day = new Date(at);
    if (!values.includes('UTC') || day.getUTCDate() % 2 !== 0) return answer(false);
    return { is: 'yes', until: day.setUTCHours(24, 0, 0, 0) };
  },
  criterion: (values, question) => allOrNone(evenDays.evaluate(values, question)),
  describe: () => 'only on even days',
};
