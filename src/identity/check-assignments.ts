import type { Assignment } from '../base/assignment.js';
import { isEmpty } from '../base/interval.js';
import { ASSIGNMENT_LIMIT } from './users/user.js';

/** Why a user or group can't have these assignments, as a sentence; undefined if their shape is valid. */
export function assignmentsRefusal(assignments: readonly Assignment[]): string | undefined {
  if (assignments.length > ASSIGNMENT_LIMIT)
    return `More than ${ASSIGNMENT_LIMIT} assignments go out from here; use a group.`;
  if (new Set(assignments.map((assignment) => assignment.id)).size < assignments.length)
    return 'Two assignments have the same id.';
  const empty = assignments.find(isEmpty);
  return empty && `The assignment ${empty.id} ends before it begins.`;
}
