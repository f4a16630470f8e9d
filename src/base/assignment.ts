import type { Instant } from './clock.js';
import type { Json, JsonObject } from './json.js';

/**
 * Anything that leads to access, as it is embedded in the user, group or client it goes out from.
 * Only its shape lies here; `access/` alone holds the rules and is the only caller of `replaceAssignments`.
 */
export type Assignment = {
  id: string;
  kind: AssignmentKind;
  /** The target: a role id, a group id, or, for a direct permission, `<resource server> <permission>`. */
  target: string;
  /** The actor who gave it, as `<kind>:<id>`. */
  grantedBy: string;
  grantedAt: Instant;
  /** Gives nothing before this moment; absent: from the start. */
  validFrom?: Instant;
  /** Gives nothing from this moment on; absent: no end. */
  validUntil?: Instant;
  reason?: string;
  limitations: Limitation[];
  /** The source that maintains this assignment; absent: it was made by hand. */
  source?: AssignmentSource;
  /** For a connector: when it last confirmed this. */
  confirmedAt?: Instant;
};

/** A connector, by its id, or a realm file, by the `name:` that it declares and never by its path. */
export type AssignmentSource = { kind: 'connector' | 'file'; id: string };

export type AssignmentKind = 'role' | 'permission' | 'membership' | 'customer-group';

/** A condition that only narrows; its meaning is given by the kind, in `access/limitations`. */
export type Limitation = { kind: string; values: string[] };

/** A stored holder of assignments whose sources were the ids of connectors, with sources as they are now. */
export function withAssignmentSources(document: JsonObject): JsonObject {
  const { assignments } = document;
  return Array.isArray(assignments) ? { ...document, assignments: assignments.map(withSource) } : document;
}

const withSource = (assignment: Json): Json =>
  typeof assignment === 'object' && !Array.isArray(assignment) && typeof assignment['source'] === 'string'
    ? { ...assignment, source: { kind: 'connector', id: assignment['source'] } }
    : assignment;
