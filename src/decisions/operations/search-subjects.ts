import { operation } from '../../http/api/operation.js';
import { foundEntities } from '../answer-schema.js';
import type { DecisionParts } from '../decision-parts.js';
import { subjectSearchInput } from '../evaluation.js';
import { SEARCH_SUBJECT } from '../paths.js';
import { resourceServerOf } from '../resource-server-caller.js';
import { searchSubjects } from '../search.js';
import { searchWithToken } from '../search-with-token.js';
import { decisionFacts } from './decision-facts.js';

/** Lists who may do this (AuthZEN 1.0, 8.4). */
export const subjectSearch = operation({
  ...decisionFacts,
  id: 'searchSubjects',
  path: SEARCH_SUBJECT,
  summary: 'List the subjects that may do something',
  body: subjectSearchInput,
  response: foundEntities,
  handler: ({ principal, body }, parts: DecisionParts) =>
    searchWithToken(resourceServerOf(principal), body, { parts, endpoint: SEARCH_SUBJECT, search: searchSubjects }),
});
