import { operation } from '../../http/api/operation.js';
import { listFilter } from '../answer-schema.js';
import { answered } from '../ask.js';
import type { DecisionParts } from '../decision-parts.js';
import { filterInput } from '../evaluation.js';
import { filterFor } from '../filter.js';
import { FILTER } from '../paths.js';
import { resourceServerOf } from '../resource-server-caller.js';
import { decisionFacts } from './decision-facts.js';

/** Not of AuthZEN: the conditions of a list, before any row is read (docs/authzen.md). */
export const filterList = operation({
  ...decisionFacts,
  id: 'filterList',
  path: FILTER,
  summary: 'Say which rows of a list a subject may see',
  body: filterInput,
  response: listFilter,
  handler: ({ principal, body }, parts: DecisionParts) => answered(resourceServerOf(principal), body, parts, filterFor),
});
