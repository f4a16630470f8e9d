import type { Middleware } from 'koa';
import { api, type ApiKit } from '../http/api/api.js';
import type { ApiOperation } from '../http/api/operation.js';
import type { DecisionParts } from './decision-parts.js';
import { describeDecisionPoint } from './operations/describe-decision-point.js';
import { evaluate } from './operations/evaluate.js';
import { evaluateMany } from './operations/evaluate-many.js';
import { filterList } from './operations/filter-list.js';
import { reportEvents } from './operations/report-events.js';
import { actionSearch } from './operations/search-actions.js';
import { resourceSearch } from './operations/search-resources.js';
import { subjectSearch } from './operations/search-subjects.js';

/** Every operation of this module. A new one is a file and a line here. */
export const DECISION_OPERATIONS: readonly ApiOperation<DecisionParts>[] = [
  evaluate,
  evaluateMany,
  filterList,
  subjectSearch,
  resourceSearch,
  actionSearch,
  reportEvents,
  describeDecisionPoint,
];

export const decisionsApi = (parts: DecisionParts, kit: ApiKit): Middleware =>
  api({ operations: DECISION_OPERATIONS, prefixes: ['/access/v1'] }, parts, kit);
