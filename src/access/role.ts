import type { Instant } from '../base/clock.js';
import type { Limitation } from '../base/edge.js';
import type { Level } from '../base/level.js';
import { spec } from '../storage/spec.js';

/** A named set of policies. */
export type Role = {
  id: string;
  createdAt: Instant;
  since: Instant;
  name: string;
  description?: string;
  policies: Policy[];
  /** Whoever holds the role needs this level to sign in, whatever the application. */
  requiredLevel?: Level;
};

/** A permission at one resource server, narrowed by limitations. */
export type Policy = {
  /** The resource server's identifier (its audience). */
  resourceServer: string;
  /** A permission path; a node, or `*`, covers what is below. */
  permission: string;
  limitations: Limitation[];
};

export const roles = spec<Role>()({
  name: 'roles',
  scope: 'realm',
  version: 1,
  indexed: { name: 'string' },
  audited: ['name', 'description', 'policies', 'requiredLevel'],
  unique: { name: ['name'] },
  queries: { all: { order: 'name' } },
});
