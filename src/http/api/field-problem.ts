import type { Problem } from '../../base/problems/problem.js';
import { sentence } from '../../sentences/sentence.js';
import type { FieldProblem } from '../problem.js';

/** A problem as callers see it. */
export const fieldProblem = (problem: Problem): FieldProblem => ({
  code: problem.code,
  path: problem.path.join('.'),
  ...(Object.keys(problem.params).length > 0 && { params: problem.params }),
  detail: sentence(problem, 'en'),
});
