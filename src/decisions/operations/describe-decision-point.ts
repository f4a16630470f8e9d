import { z } from 'zod';
import { operation } from '../../http/api/operation.js';
import type { DecisionParts } from '../decision-parts.js';
import { EVALUATION, EVALUATIONS, FILTER, SEARCH_ACTION, SEARCH_RESOURCE, SEARCH_SUBJECT } from '../paths.js';

/** The metadata of the policy decision point (AuthZEN 1.0, 9). */
export const describeDecisionPoint = operation({
  id: 'describeDecisionPoint',
  method: 'GET',
  path: '/.well-known/authzen-configuration',
  group: 'decision',
  summary: 'Name the endpoints for decisions',
  security: 'open',
  permission: { none: 'Published metadata.' },
  query: z.looseObject({}),
  returnsRequestId: true,
  response: z.strictObject({
    policy_decision_point: z.url(),
    access_evaluation_endpoint: z.url(),
    access_evaluations_endpoint: z.url(),
    search_subject_endpoint: z.url(),
    search_resource_endpoint: z.url(),
    search_action_endpoint: z.url(),
    access_filter_endpoint: z.url().describe('Not of AuthZEN: a filter for lists.'),
  }),
  handler: async (_request, { issuer }: DecisionParts) => ({
    ok: true,
    value: {
      policy_decision_point: issuer,
      access_evaluation_endpoint: `${issuer}${EVALUATION}`,
      access_evaluations_endpoint: `${issuer}${EVALUATIONS}`,
      search_subject_endpoint: `${issuer}${SEARCH_SUBJECT}`,
      search_resource_endpoint: `${issuer}${SEARCH_RESOURCE}`,
      search_action_endpoint: `${issuer}${SEARCH_ACTION}`,
      access_filter_endpoint: `${issuer}${FILTER}`,
    },
  }),
});
