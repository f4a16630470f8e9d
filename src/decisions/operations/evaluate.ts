import { operation } from '../../http/api/operation.js';
import { decisionAnswer } from '../answer-schema.js';
import { answered } from '../ask.js';
import { auditedAnswer } from '../audited-answer.js';
import type { DecisionParts } from '../decision-parts.js';
import { evaluationInput } from '../evaluation.js';
import { EVALUATION } from '../paths.js';
import { resourceServerOf } from '../resource-server-caller.js';
import { decisionFacts } from './decision-facts.js';

/** One question (AuthZEN 1.0, 6). */
export const evaluate = operation({
  ...decisionFacts,
  id: 'evaluate',
  path: EVALUATION,
  summary: 'Decide one question',
  body: evaluationInput,
  response: decisionAnswer,
  handler: ({ principal, actor, body }, parts: DecisionParts) =>
    answered(resourceServerOf(principal), body, parts, auditedAnswer(actor, parts.aggregator)),
});
