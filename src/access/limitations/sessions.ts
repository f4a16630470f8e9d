import { problem } from '../../base/problems/problem.js';
import { allOrNone, answer, type LimitationKind } from './limitation.js';

/** The user has at most this many sessions. The largest of several numbers counts. */
export const sessions: LimitationKind = {
  kind: 'sessions',
  judgedAt: 'decision',
  fault: (value) => (/^[1-9]\d{0,3}$/.test(value) ? undefined : problem('sessions-form', [], {})),
  evaluate(values, { context }) {
    const live = context.sessions;
    if (live === undefined) return { is: 'missing', what: 'sessions' };
    return answer(values.some((value) => sessions.fault(value) === undefined && live <= Number(value)));
  },
  criterion: (values, question) => allOrNone(sessions.evaluate(values, question)),
  describe: (values) => `only with at most ${values.join(' or ')} sessions`,
};
