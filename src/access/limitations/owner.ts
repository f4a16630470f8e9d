import { problem } from '../../base/problems/problem.js';
import { answer, type LimitationKind } from './limitation.js';

const SELF = 'self';

/** Resources that belong to the subject. */
export const owner: LimitationKind = {
  kind: 'owner',
  judgedAt: 'decision',
  fault: (value) => (value === SELF ? undefined : problem('owner-form', [], { self: SELF })),
  evaluate(values, { subject, resource }) {
    if (!values.includes(SELF)) return answer(false);
    if (resource?.owner === undefined) return { is: 'missing', what: 'resource' };
    return answer(resource.owner === subject.id);
  },
  criterion: (values, { subject }) => (values.includes(SELF) ? { field: 'owner', in: [subject.id] } : 'none'),
  describe: () => 'only what is their own',
};
