import type { Decision, DecisionPath } from '../../src/access/evaluation/decide.js';
import type { EvaluationContext } from '../../src/access/evaluation/evaluation-context.js';
import type { DecisionSnapshot } from '../../src/access/evaluation/snapshot.js';
import type { Instant } from '../../src/base/clock.js';
import { explain } from '../../src/sentences/explain-decision.js';

export const AUDIENCES = ['https://orders.test', 'https://stock.test'];
export const PERMISSIONS = ['orders:read', 'orders:write', 'refunds:make'];

/** What was answered about one subject at one instant, for each question; `absent`: there was none. */
export type Answers = 'absent' | readonly { readonly decision: unknown; readonly explanation: unknown }[];

const QUESTIONS = AUDIENCES.flatMap((audience) =>
  PERMISSIONS.flatMap((permission) =>
    [{}, { clientId: 'shop' }].map((facts) => ({ audience, permission, facts: facts })),
  ),
);

/** A change that affects no access makes a version without history, so versions are not compared. */
const comparable = ({ because, against, ...rest }: Decision) => ({
  ...rest,
  because: because && unversioned(because),
  against: against.map(({ way, obstacles }) => ({ way: unversioned(way), obstacles })),
});
const unversioned = ({ role, included, ...way }: DecisionPath) => ({
  ...way,
  role: role && { ...role, version: 0 },
  included: included && { ...included, version: 0 },
});

export function answersOf(
  who: string,
  snapshot: DecisionSnapshot,
  at: Instant,
  decision: (question: { audience: string; permission: string }, context: EvaluationContext) => Decision,
): Answers {
  return QUESTIONS.map(({ facts, ...question }) => {
    const decided = decision(question, { at, ...facts });
    return { decision: comparable(decided), explanation: explain(decided, who, snapshot) };
  });
}
