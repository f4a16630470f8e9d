import { problem } from '../../base/problems/problem.js';
import { allOrNone, answer, type LimitationKind } from './limitation.js';

/** The user signed in by one of these connectors, wherever they live. Compare `userstore`. */
export const connector: LimitationKind = {
  kind: 'connector',
  judgedAt: 'issue',
  fault: (value) => (/^[a-z0-9][a-z0-9-]{0,99}$/.test(value) ? undefined : problem('connector-form', [], {})),
  evaluate(values, { context }) {
    if (context.connector === undefined) return { is: 'missing', what: 'connector' };
    return answer(values.includes(context.connector));
  },
  criterion: (values, question) => allOrNone(connector.evaluate(values, question)),
  describe: (values) => `only after a sign-in by ${values.join(' or ')}`,
};
