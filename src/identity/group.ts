import type { Instant } from '../base/clock.js';
import type { Edge } from '../base/edge.js';
import { spec } from '../storage/spec.js';

/** Users and other groups. A membership edge leads to the group above; roles of a group are its members'. */
export type Group = {
  id: string;
  createdAt: Instant;
  since: Instant;
  name: string;
  description?: string;
  edges: Edge[];
};

export const groups = spec<Group>()({
  name: 'groups',
  scope: 'realm',
  version: 1,
  indexed: { name: 'string' },
  audited: ['name', 'description', 'edges'],
  unique: { name: ['name'] },
  queries: { all: { order: 'name' } },
});
