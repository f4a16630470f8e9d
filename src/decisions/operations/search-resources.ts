import { operation } from '../../http/api/operation.js';
import { foundEntities } from '../answer-schema.js';
import type { DecisionParts } from '../decision-parts.js';
import { resourceSearchInput } from '../evaluation.js';
import { SEARCH_RESOURCE } from '../paths.js';
import { resourceServerOf } from '../resource-server-caller.js';
import { searchResources } from '../search.js';
import { searchWithToken } from '../search-with-token.js';
import { decisionFacts } from './decision-facts.js';

/** Lists the declared resources at which a subject may do this (AuthZEN 1.0, 8.5). */
export const resourceSearch = operation({
  ...decisionFacts,
  id: 'searchResources',
  path: SEARCH_RESOURCE,
  summary: 'List the declared resources that a subject may act on',
  body: resourceSearchInput,
  response: foundEntities,
  handler: ({ principal, body }, parts: DecisionParts) =>
    searchWithToken(resourceServerOf(principal), body, { parts, endpoint: SEARCH_RESOURCE, search: searchResources }),
});
