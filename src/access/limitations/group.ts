import { problem } from '../../base/problems/problem.js';
import { allOrNone, answer, type LimitationKind } from './limitation.js';

/** The user is in one of these groups, or in one below. Memberships cannot have this limitation: that would be a cycle. */
export const group: LimitationKind = {
  kind: 'group',
  judgedAt: 'issue',
  valuesName: 'group',
  fault: (value) => (value.trim() === '' ? problem('group-limitation-form', [], {}) : undefined),
  evaluate(values, { groups }) {
    if (!groups) return { is: 'missing', what: 'groups' };
    return answer(values.some((id) => groups.has(id)));
  },
  criterion: (values, question) => allOrNone(group.evaluate(values, question)),
  describe: (values) => `only for members of ${values.join(' or ')}`,
};
