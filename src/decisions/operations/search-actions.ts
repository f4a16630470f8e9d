import { operation } from '../../http/api/operation.js';
import { foundActions } from '../answer-schema.js';
import type { DecisionParts } from '../decision-parts.js';
import { actionSearchInput } from '../evaluation.js';
import { SEARCH_ACTION } from '../paths.js';
import { resourceServerOf } from '../resource-server-caller.js';
import { searchActions } from '../search.js';
import { searchWithToken } from '../search-with-token.js';
import { decisionFacts } from './decision-facts.js';

/** Lists what a subject may do to a resource (AuthZEN 1.0, 8.6). */
export const actionSearch = operation({
  ...decisionFacts,
  id: 'searchActions',
  path: SEARCH_ACTION,
  summary: 'List what a subject may do to a resource',
  body: actionSearchInput,
  response: foundActions,
  handler: ({ principal, body }, parts: DecisionParts) =>
    searchWithToken(resourceServerOf(principal), body, { parts, endpoint: SEARCH_ACTION, search: searchActions }),
});
