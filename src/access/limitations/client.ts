import { problem } from '../../base/problems/problem.js';
import { clientId } from '../../realm/clients/client-input.js';
import { allOrNone, answer, type LimitationKind } from './limitation.js';

/** One of these clients is used. */
export const client: LimitationKind = {
  kind: 'client',
  judgedAt: 'issue',
  valuesName: 'client',
  fault: (value) => (clientId.safeParse(value).success ? undefined : problem('client-limitation-form', [], {})),
  evaluate(values, { context }) {
    if (context.clientId === undefined) return { is: 'missing', what: 'client' };
    return answer(values.includes(context.clientId));
  },
  criterion: (values, question) => allOrNone(client.evaluate(values, question)),
  describe: (values) => `only in ${values.join(' or ')}`,
};
