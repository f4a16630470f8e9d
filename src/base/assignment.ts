import type { Instant } from './clock.js';
import type { Json, JsonObject } from './json.js';

/**
 * Anything that leads to access, embedded in its user, group or client. Only its shape is here; `access/` holds the rules and
 * is the only caller of `replaceAssignments`.
 */
export type Assignment = {
  id: string;
  kind: AssignmentKind;
  /** The target: a role id, a group id, or, for a direct permission, `<resource server> <permission>`. */
  target: string;
  /** The actor who made it, as `<kind>:<id>`. */
  grantedBy: string;
  grantedAt: Instant;
  /** Not valid before this time; absent: from the start. */
  validFrom?: Instant;
  /** Not valid from this time on; absent: no end. */
  validUntil?: Instant;
  reason?: string;
  limitations: Limitation[];
  /** The source that maintains this assignment; absent: it was made manually. */
  source?: AssignmentSource;
};

/** A connector, by its id, or a realm file, by the `name:` that it declares and never by its path. */
export type AssignmentSource = { kind: 'connector' | 'file'; id: string };

export type AssignmentKind = 'role' | 'permission' | 'membership' | 'customer-group';

/** A condition that only narrows. Its kind, in `access/limitations`, defines the meaning. */
export type Limitation = { kind: string; values: string[] };

/** Upgrades a stored holder whose assignments name connector ids as their sources. */
export function withAssignmentSources(document: JsonObject): JsonObject {
  const { assignments } = document;
  return Array.isArray(assignments) ? { ...document, assignments: assignments.map(withSource) } : document;
}

const withSource = (assignment: Json): Json =>
  typeof assignment === 'object' && !Array.isArray(assignment) && typeof assignment['source'] === 'string'
    ? { ...assignment, source: { kind: 'connector', id: assignment['source'] } }
    : assignment;
