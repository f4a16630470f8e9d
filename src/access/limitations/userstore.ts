import { problem } from '../../base/problems/problem.js';
import { allOrNone, answer, type LimitationKind } from './limitation.js';

/** The user's home is one of these userstores, by whichever connector they signed in. Compare `connector`. */
export const userstore: LimitationKind = {
  kind: 'userstore',
  judgedAt: 'issue',
  fault: (value) => (/^[A-Za-z0-9._-]{1,100}$/.test(value) ? undefined : problem('userstore-form', [], {})),
  evaluate: (values, { subject }) => answer(subject.userstore !== undefined && values.includes(subject.userstore)),
  criterion: (values, question) => allOrNone(userstore.evaluate(values, question)),
  describe: (values) => `only for people of the userstore ${values.join(' or ')}`,
};
