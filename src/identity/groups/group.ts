import type { Instant } from '../../base/clock.js';
import { type Assignment, withAssignmentSources } from '../../base/assignment.js';
import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';

/**
 * A set of users and other groups. A membership assignment leads to the group above; members inherit a group's assignments.
 * Segments and customer groups differ only in how users become members.
 */
export type Group = {
  id: string;
  createdAt: Instant;
  since: Instant;
  /** Absent: members are assigned. */
  type?: 'segment' | 'customer-group';
  name: string;
  description?: string;
  /** Only for segments: the rule that selects its members, an expression (see `base/expressions/expression`). */
  rule?: string;
  /** Only for segments: the group of segments that it belongs to. */
  segmentGroup?: string;
  /** The connector that owns it: it mirrors a group of the upstream, which decides its name and its members. */
  connector?: string;
  /** With `connector`: the id of the group there, which never changes. */
  upstreamId?: string;
  assignments: Assignment[];
};

/** A group of an upstream. */
export type UpstreamGroupKey = Required<Pick<Group, 'connector' | 'upstreamId'>>;

/** What history keeps of a group: all that decisions read and that can change. */
export type GroupAccess = Pick<Group, 'name' | 'assignments' | 'type' | 'rule'>;

export const groups = spec<Group>()({
  name: 'groups',
  scope: 'realm',
  version: 3,
  migrations: {
    2: withAssignmentSources,
    // No group was mirrored yet.
    3: (group: JsonObject) => group,
  },
  indexed: { name: 'string', connector: 'string', upstreamId: 'string' },
  // Processes of the previous release read and write it under this name.
  storedAs: { assignments: 'edges' },
  audited: ['type', 'name', 'description', 'rule', 'segmentGroup', 'connector', 'upstreamId', 'assignments'],
  unique: { name: ['name'], mirrored: ['connector', 'upstreamId'] },
  queries: { all: { order: 'name' }, byConnector: { equal: ['connector'], order: 'name' } },
});
