/** Roles and groups by number: which exist, how groups nest, and their assignments. */
import type { Role } from '../../src/access/model/role.js';
import type { Assignment } from '../../src/base/assignment.js';
import type { Group } from '../../src/identity/groups/group.js';
import { idOf } from './ids.ts';
import type { Sizes } from './sizes.ts';

/** The creation time: the same in every run, so that a second one finds nothing to change. */
export const MADE_AT = Date.UTC(2026, 0, 1);
const BY = 'system:generate';

export const CUSTOMER_GROUPS = ['bronze', 'silver', 'gold'] as const;
export const roleId = (at: number): string => idOf(`role ${at}`);
export const groupId = (at: number): string => idOf(`group ${at}`);
export const customerGroupId = (name: string): string => idOf(`customer group ${name}`);

/** Five groups each, so that 10,000 are six deep. */
const BRANCHES = 5;
const parentOf = (at: number): number | undefined => (at < BRANCHES ? undefined : Math.floor(at / BRANCHES) - 1);

/** The ids of a group and of those above it, the nearest first. */
export function groupsFrom(at: number): string[] {
  const ids: string[] = [];
  for (let next: number | undefined = at; next !== undefined; next = parentOf(next)) ids.push(groupId(next));
  return ids;
}

/** @param of whose assignment it is */
export const assignmentTo = (of: string, kind: Assignment['kind'], target: string): Assignment => ({
  id: idOf(`assignment ${of} ${target}`),
  kind,
  target,
  grantedBy: BY,
  grantedAt: MADE_AT,
  limitations: [],
});

/** A role of two policies, of which no three roles are alike. @param permissions what the resource server declares */
export function roleOf(at: number, resourceServer: string, permissions: readonly string[]): Role {
  const policy = (step: number) => ({
    resourceServer,
    permission: permissions[(at * step) % permissions.length] ?? '*',
    limitations: [],
  });
  return {
    id: roleId(at),
    createdAt: MADE_AT,
    since: MADE_AT,
    name: `role-${numbered(at)}`,
    policies: [policy(1), policy(7)],
  };
}

/** Gives one role, and lies in the group above. */
export function groupOf(at: number, { roles }: Pick<Sizes, 'roles'>): Group {
  const name = `group-${numbered(at)}`;
  const above = parentOf(at);
  return {
    id: groupId(at),
    createdAt: MADE_AT,
    since: MADE_AT,
    name,
    assignments: [
      ...(above === undefined ? [] : [assignmentTo(name, 'membership', groupId(above))]),
      assignmentTo(name, 'role', roleId(at % roles)),
    ],
  };
}

export const customerGroupOf = (name: string): Group => ({
  id: customerGroupId(name),
  createdAt: MADE_AT,
  since: MADE_AT,
  name,
  type: 'customer-group',
  assignments: [],
});

/** With so many digits that names sort as numbers do. */
export const numbered = (at: number): string => String(at).padStart(7, '0');
