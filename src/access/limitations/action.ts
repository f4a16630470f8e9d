import { allOrNone, answer, type LimitationKind } from './limitation.js';
import { isOrHolds, pairFault, readPair } from './pair.js';

/** The action has this property, such as `soft=true`. */
export const action: LimitationKind = {
  kind: 'action',
  judgedAt: 'decision',
  fault: pairFault,
  evaluate(values, question) {
    const { properties } = question.action ?? {};
    if (!properties) return { is: 'missing', what: 'action' };
    const wanted = values.flatMap((value) => readPair(value) ?? []);
    return answer(wanted.some(({ name, value }) => isOrHolds(properties, name, value)));
  },
  criterion: (values, question) => allOrNone(action.evaluate(values, question)),
  describe: (values) => `only for actions with ${values.join(' or ')}`,
};
