import type { PastDecision } from '../access/time-travel/decide-at.js';
import type { DecisionSnapshot } from '../access/evaluation/snapshot.js';
import { type AccessExplanation, explain } from './explain-decision.js';

/** Explains a decision at an instant in the past as {@link explain} does, and says what is not known about it. */
export function explainPast(
  { allowed, decision, unknownSegments }: PastDecision,
  who: string,
  snapshot: DecisionSnapshot,
): AccessExplanation {
  const { answer, reasons } = explain(decision, who, snapshot);
  const unknown = unknownSegments.map((id) => {
    const segment = snapshot.groups.get(id)?.name ?? id;
    return `Not known: whether ${who} was in ${segment}. Its rule counts activity, and the counts have no history.`;
  });
  if (allowed !== 'unknown') return { answer, reasons: [...unknown, ...reasons] };
  return {
    answer: `It is not known whether ${who} could ${decision.permission} at ${decision.audience}.`,
    reasons: [...unknown, ...reasons.map((reason) => `If so: ${reason}`)],
  };
}
