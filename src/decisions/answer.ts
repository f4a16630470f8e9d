import { decide, type Decision } from '../access/evaluation/decide.js';
import type { Subject } from '../access/evaluation/evaluation-context.js';
import type { Snapshot } from '../access/evaluation/snapshot.js';
import type { Instant } from '../base/clock.js';
import { explain } from '../sentences/explain-decision.js';
import { type ResolvedQuestion, askingOf, type QuestionSources } from './asking.js';
import type { Evaluation } from './evaluation.js';
import { resourceOf } from './resource.js';
import { wantedOf } from './wanted.js';

/** A decision as sent (AuthZEN 1.0, 6.2). */
export interface DecisionAnswer {
  readonly decision: boolean;
  readonly context: Reasoned | Faulty;
}

/** The question could not be evaluated, so the answer is no (AuthZEN 1.0, 7.2.1). */
export interface Faulty {
  readonly error: { readonly status: number; readonly message: string };
}

/** The reasons of an answer. */
export interface Reasoned {
  /** The reasons, in sentences. */
  readonly reasons: readonly string[];
  /** The latest end of the access. */
  readonly until?: string;
  /** The parameters that the client sends to the authorization endpoint for step-up (RFC 9470). */
  readonly step_up?: { readonly acr_values: string; readonly max_age?: number };
  /** The facts that are not accepted from this caller. */
  readonly not_taken?: readonly string[];
}

/** Answers one question of a resource server about one of its own permissions. */
export const answerTo = async (
  evaluation: Evaluation,
  audience: string,
  sources: QuestionSources,
  snapshot: Snapshot,
  at: Instant,
): Promise<DecisionAnswer> => (await decided(evaluation, audience, sources, snapshot, at)).answer;

/** {@link answerTo}, with the user or client that it is about; undefined if nobody has the name. */
export async function decided(
  evaluation: Evaluation,
  audience: string,
  sources: QuestionSources,
  snapshot: Snapshot,
  at: Instant,
): Promise<{ readonly answer: DecisionAnswer; readonly subject: Pick<Subject, 'kind' | 'id'> | undefined }> {
  const asking = await askingOf(evaluation, audience, sources, snapshot, at);
  const { subject } = asking;
  if (!asking.ok) return { answer: { decision: false, context: { reasons: [asking.reason] } }, subject };
  const wanted = wantedOf(evaluation.action, audience);
  const decision = decide(
    asking.subject,
    wanted,
    resourceOf(evaluation.resource, audience, snapshot, sources.idOf),
    asking.context,
    snapshot,
  );
  return { answer: { decision: decision.allowed, context: reasonedOf(decision, asking, snapshot) }, subject };
}

export function reasonedOf(
  decision: Decision,
  { called, notTaken }: Extract<ResolvedQuestion, { ok: true }>,
  snapshot: Snapshot,
): Reasoned {
  const { until, stepUp } = decision;
  const { answer, reasons } = explain(decision, called, snapshot, { origins: false });
  return {
    reasons: [answer, ...reasons],
    ...(until !== undefined && { until: new Date(until).toISOString() }),
    ...(stepUp && {
      step_up: {
        acr_values: stepUp.level,
        ...(stepUp.maxAgeSeconds !== undefined && { max_age: stepUp.maxAgeSeconds }),
      },
    }),
    ...(notTaken.length > 0 && { not_taken: notTaken }),
  };
}
