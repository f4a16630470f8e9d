import { problem } from '../../base/problems/problem.js';
import { answer, type LimitationKind } from './limitation.js';

/** The resource belongs to one of these groups, or to one below. */
export const within: LimitationKind = {
  kind: 'within',
  judgedAt: 'decision',
  valuesName: 'group',
  fault: (value) => (value.trim() === '' ? problem('group-limitation-form', [], {}) : undefined),
  evaluate(values, { resource }) {
    if (!resource?.within) return { is: 'missing', what: 'resource' };
    return answer(resource.within.some((id) => values.includes(id)));
  },
  criterion: (values) => (values.length === 0 ? 'none' : { field: 'within', in: values }),
  describe: (values) => `only within ${values.join(' or ')}`,
};
