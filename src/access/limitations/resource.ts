import { answer, type LimitationKind } from './limitation.js';
import { isOrHolds, pairFault, readPair } from './pair.js';

/** The resource has this type, `type=order`, or this attribute, `status=open`. */
export const resource: LimitationKind = {
  kind: 'resource',
  judgedAt: 'decision',
  fault: pairFault,
  evaluate(values, question) {
    const thing = question.resource;
    if (!thing) return { is: 'missing', what: 'resource' };
    const wanted = values.flatMap((value) => readPair(value) ?? []);
    return answer(
      wanted.some(({ name, value }) =>
        name === 'type' ? thing.type === value : isOrHolds(thing.attributes, name, value),
      ),
    );
  },
  criterion: () => 'all',
  describe: (values) => `only where ${values.join(' or ')}`,
};
