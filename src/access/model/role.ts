import type { Instant } from '../../base/clock.js';
import type { Limitation } from '../../base/assignment.js';
import type { Level } from '../../base/authentication-level.js';
import { spec } from '../../storage/spec.js';

/** A named set of policies. */
export type Role = {
  id: string;
  createdAt: Instant;
  since: Instant;
  name: string;
  /** Other names of the role. No role has another's name or alias. */
  aliases?: string[];
  description?: string;
  /** Where it applies; absent: everywhere in the realm. */
  audience?: RoleAudience;
  /** Ids of the included roles. */
  includes?: string[];
  /** Ids of the roles that nobody may hold together with it (separation of duties); applies in both directions. */
  excludes?: string[];
  policies: Policy[];
  /** Holders of the role must sign in at this level, whatever the application. */
  requiredLevel?: Level;
};

/** The fields of a role in history: all that decisions read and that can change. Tokens carry its name. */
export type RoleAccess = Pick<Role, 'name' | 'policies' | 'audience' | 'includes' | 'excludes'>;

/** A client's role applies while that client is used; a resource server's role, by identifier, at that audience. */
export type RoleAudience = { client: string } | { resourceServer: string };

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
  audited: ['name', 'aliases', 'description', 'audience', 'includes', 'excludes', 'policies', 'requiredLevel'],
  unique: { name: ['name'] },
  queries: { all: { order: 'name' } },
});
