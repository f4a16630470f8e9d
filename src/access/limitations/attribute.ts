import { allOrNone, answer, type LimitationKind } from './limitation.js';
import { pairFault, readPair } from './pair.js';

/** The user has one of these attributes: `department=sales`. */
export const attribute: LimitationKind = {
  kind: 'attribute',
  judgedAt: 'issue',
  fault: pairFault,
  evaluate(values, { subject: { attributes = [] } }) {
    const wanted = values.flatMap((value) => readPair(value) ?? []);
    return answer(
      wanted.some(({ name, value }) => attributes.some((held) => held.name === name && held.value === value)),
    );
  },
  criterion: (values, question) => allOrNone(attribute.evaluate(values, question)),
  describe: (values) => `only for people with ${values.join(' or ')}`,
};
