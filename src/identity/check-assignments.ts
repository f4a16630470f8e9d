import type { Assignment } from '../base/assignment.js';
import { isEmpty } from '../base/interval.js';
import { problem, type Problem } from '../base/problems/problem.js';
import { ASSIGNMENT_LIMIT } from './users/user.js';

/** Why a user or group can't have these assignments; undefined if their shape is valid. */
export function assignmentsRefusal(assignments: readonly Assignment[]): Problem | undefined {
  if (assignments.length > ASSIGNMENT_LIMIT) return problem('too-many-assignments', [], { most: ASSIGNMENT_LIMIT });
  if (new Set(assignments.map((assignment) => assignment.id)).size < assignments.length)
    return problem('assignment-id-twice', [], {});
  const empty = assignments.find(isEmpty);
  return empty && problem('assignment-ends-first', [], { id: empty.id });
}
