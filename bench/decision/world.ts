/** A user with as much access as in a large organisation: 50 groups nested six deep, 100 roles, 2,000 policies. */
import type { Role } from '../../src/access/model/role.js';
import type { Snapshot } from '../../src/access/evaluation/snapshot.js';
import type { Subject } from '../../src/access/evaluation/evaluation-context.js';
import type { Assignment } from '../../src/base/assignment.js';
import type { Group } from '../../src/identity/groups/group.js';
import type { ResourceServer } from '../../src/realm/resource-servers/resource-server.js';
import type { Stored } from '../../src/storage/spec.js';

export const AUDIENCE = 'https://orders.bench';
/** Granted by every path; by one role alone, through the last group; and held by nobody. */
export const PERMISSIONS = { first: 'area-0:read', last: 'rare:write', none: 'secret:read' } as const;

const GROUPS = 50;
const DEEP = 6;
const ROLES = 100;
const POLICIES_EACH = 20;
const AREAS = 100;

const padded = (at: number): string => String(at).padStart(3, '0');
const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

const assignment = (of: string, kind: Assignment['kind'], target: string): Assignment => ({
  id: `${of} ${target}`,
  kind,
  target,
  grantedBy: 'host:root',
  grantedAt: 0,
  limitations: [],
});

/** Chains of six groups, the last of which is shorter; each group has two roles. */
function groupOf(at: number): Stored<Group> {
  const id = `group-${padded(at)}`;
  const isTop = at % DEEP === DEEP - 1 || at === GROUPS - 1;
  return {
    id,
    version: 1,
    createdAt: 0,
    since: 0,
    name: id,
    assignments: [
      ...(isTop ? [] : [assignment(id, 'membership', `group-${padded(at + 1)}`)]),
      assignment(id, 'role', `role-${padded(2 * at)}`),
      assignment(id, 'role', `role-${padded(2 * at + 1)}`),
    ],
  };
}

function roleOf(at: number): Stored<Role> {
  const id = `role-${padded(at)}`;
  const area = (policy: number): string => `area-${(at * POLICIES_EACH + policy) % AREAS}:read`;
  return {
    id,
    version: 1,
    createdAt: 0,
    since: 0,
    name: id,
    policies: times(POLICIES_EACH, (policy) => ({
      resourceServer: AUDIENCE,
      permission: at === ROLES - 1 && policy === 0 ? PERMISSIONS.last : area(policy),
      limitations: [],
    })),
  };
}

const server: Stored<ResourceServer> = {
  id: 'orders',
  version: 1,
  createdAt: 0,
  since: 0,
  identifier: AUDIENCE,
  name: 'Orders',
  permissions: [...times(AREAS, (at) => `area-${at}:read`), PERMISSIONS.last, PERMISSIONS.none].map((name) => ({
    name,
    implies: [],
  })),
  accessTokenSeconds: 300,
  tokenFormat: 'jwt',
  algorithm: 'ES256',
  jwtType: 'at+jwt',
};

export interface World {
  readonly subject: Subject;
  readonly snapshot: Snapshot;
}

/** A new one each time: nothing of its snapshot is cached yet. */
export function largeWorld(): World {
  const groups = times(GROUPS, groupOf);
  const roles = times(ROLES, roleOf);
  const entries = times(Math.ceil(GROUPS / DEEP), (chain) => `group-${padded(chain * DEEP)}`);
  return {
    subject: {
      kind: 'user',
      id: 'somebody',
      assignments: entries.map((target) => assignment('somebody', 'membership', target)),
    },
    snapshot: {
      roles: new Map(roles.map((role) => [role.id, role])),
      groups: new Map(groups.map((group) => [group.id, group])),
      resourceServers: new Map([[AUDIENCE, server]]),
      connectors: new Map(),
    },
  };
}
