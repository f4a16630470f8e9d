import type { z } from 'zod';
import { invalidInput, parsed } from '../../http/api/input.js';
import { operation } from '../../http/api/operation.js';
import type { DecisionAnswer } from '../answer.js';
import { decisionAnswers } from '../answer-schema.js';
import { type Ask, answered, answeredAs, audienceOf, noAudience } from '../ask.js';
import { auditedAnswer } from '../audited-answer.js';
import type { DecisionParts } from '../decision-parts.js';
import { type Evaluation, evaluationInput, evaluationsIn, evaluationsInput } from '../evaluation.js';
import { EVALUATIONS } from '../paths.js';
import { type ResourceServerCaller, resourceServerOf } from '../resource-server-caller.js';
import { decisionFacts } from './decision-facts.js';

/** Many questions at once (AuthZEN 1.0, 7). A faulty one is answered in its place. */
export const evaluateMany = operation({
  ...decisionFacts,
  id: 'evaluateMany',
  path: EVALUATIONS,
  summary: 'Decide up to 100 questions',
  body: evaluationsInput,
  response: decisionAnswers,
  handler: async ({ principal, actor, body: { evaluations, options, ...shared } }, parts: DecisionParts) => {
    const caller = resourceServerOf(principal);
    const ask = auditedAnswer(actor, parts.aggregator);
    // Without a list it is one question (AuthZEN 1.0, 7.1).
    if (evaluations === undefined || evaluations.length === 0) {
      const only = parsed(evaluationInput, shared);
      return only.ok ? answered(caller, only.value, parts, ask) : { ok: false, problem: only.refusal };
    }
    const answers: DecisionAnswer[] = [];
    for (const evaluation of evaluationsIn({ evaluations, ...shared })) {
      const answer = evaluation.ok
        ? await answerInList(caller, evaluation.question, parts, ask)
        : faulty(invalidInput(evaluation.problems).detail);
      answers.push(answer);
      if (answer.decision === stopsAt(options)) break;
    }
    return { ok: true, value: { evaluations: answers } };
  },
});

/** The answer after which no further question is looked at. */
const stopsAt = (options: z.output<typeof evaluationsInput>['options']): boolean | undefined =>
  ({ execute_all: undefined, deny_on_first_deny: false, permit_on_first_permit: true })[
    options?.evaluations_semantic ?? 'execute_all'
  ];

async function answerInList(
  caller: ResourceServerCaller,
  evaluation: Evaluation,
  parts: DecisionParts,
  ask: Ask<Evaluation, DecisionAnswer>,
): Promise<DecisionAnswer> {
  const audience = audienceOf(caller, evaluation);
  return audience === undefined
    ? faulty(noAudience(caller).detail)
    : answeredAs(caller, evaluation, audience, parts, ask);
}

const faulty = (message: string): DecisionAnswer => ({ decision: false, context: { error: { status: 400, message } } });
