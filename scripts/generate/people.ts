/** Users by number: their names and assignments. */
import type { Assignment } from '../../src/base/assignment.js';
import type { NewUser } from '../../src/identity/users/new-user.js';
import { FAMILY_NAMES, GIVEN_NAMES } from './names.ts';
import type { Sizes } from './sizes.ts';
import { CUSTOMER_GROUPS, customerGroupId, assignmentTo, groupId, groupsFrom, numbered, roleId } from './structure.ts';

export const usernameOf = (at: number): string => `user-${numbered(at)}`;

/** Three groups, far from one another. */
const GROUP_STEPS = [1, 7919, 104_729] as const;
const groupNumbers = (at: number, { groups }: Sizes): number[] => [
  ...new Set(GROUP_STEPS.map((step) => (at * step + step) % groups)),
];

/** Every group above somebody, however far. */
export const withinOf = (at: number, sizes: Sizes): string[] => [
  ...new Set(groupNumbers(at, sizes).flatMap(groupsFrom)),
];

/** The input for the service that creates a user. */
export function personOf(at: number, sizes: Sizes): NewUser {
  const givenName = GIVEN_NAMES[at % GIVEN_NAMES.length] ?? '';
  const familyName = FAMILY_NAMES[Math.floor(at / GIVEN_NAMES.length) % FAMILY_NAMES.length] ?? '';
  const username = usernameOf(at);
  return {
    username,
    profile: { name: `${givenName} ${familyName}`, givenName, familyName, locale: 'en' },
    email: `${username}@people.example`,
    emailVerified: true,
    attributes: [{ name: 'department', value: `department ${at % 40}` }],
    assignments: assignmentsOf(at, sizes),
    // Rare values must be found as fast as common ones.
    blocks: at % 20 === 7 ? [{ by: 'administrator', since: 0 }] : [],
  };
}

/** One role that nobody else has, for one in ten another common role, three groups, and for one in three a customer group. */
function assignmentsOf(at: number, sizes: Sizes): Assignment[] {
  const of = usernameOf(at);
  const roles = new Set([(at * 13 + 1) % sizes.roles, ...(at % 10 === 0 ? [0] : [])]);
  const customerGroup = at % 3 === 0 ? CUSTOMER_GROUPS[(at / 3) % CUSTOMER_GROUPS.length] : undefined;
  return [
    ...[...roles].map((role) => assignmentTo(of, 'role', roleId(role))),
    ...groupNumbers(at, sizes).map((group) => assignmentTo(of, 'membership', groupId(group))),
    ...(customerGroup === undefined ? [] : [assignmentTo(of, 'customer-group', customerGroupId(customerGroup))]),
  ];
}
