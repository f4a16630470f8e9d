import { type Assignment, withAssignmentSources } from '../../base/assignment.js';
import type { JsonObject } from '../../base/json.js';

/** The assignments in the access of a history row. Rows are never migrated, and older ones have them under another name. */
export function pastAssignments({ assignments, edges }: JsonObject): Assignment[] {
  const upgraded = withAssignmentSources({ assignments: assignments ?? edges ?? [] });
  // Written by the services of users, groups and clients.
  return upgraded['assignments'] as unknown as Assignment[];
}
