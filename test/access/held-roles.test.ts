import { expect, test } from '@jest/globals';
import { effective } from '../../src/access/evaluation/effective.js';
import { heldRoles } from '../../src/access/evaluation/held-roles.js';
import type { Assignment } from '../../src/base/assignment.js';
import { AT, assignment, group, role, snapshotOf } from './world.js';

const rolesOf = (assignments: readonly Assignment[], world: Partial<Parameters<typeof snapshotOf>[0]>) => {
  const snapshot = snapshotOf({ groups: [], roles: [], servers: [], ...world });
  return heldRoles(effective({ kind: 'user', id: 'ada', assignments }, { at: AT }, snapshot), snapshot);
};
const roles = [role('seller'), { ...role('boss'), includes: ['seller'] }];

test('a role is told with what it comes through: nothing, a group, or a role that includes it', () => {
  expect(rolesOf([assignment('role', 'seller')], { roles })).toEqual([{ name: 'name of seller' }]);
  expect(
    rolesOf([assignment('membership', 'sales')], { roles, groups: [group('sales', [assignment('role', 'seller')])] }),
  ).toEqual([{ name: 'name of seller', through: { kind: 'group', name: 'name of sales' } }]);
  expect(rolesOf([assignment('role', 'boss')], { roles })).toEqual([
    { name: 'name of boss' },
    { name: 'name of seller', through: { kind: 'role', name: 'name of boss' } },
  ]);
});

test('it is told with the end of the whole way, and of several ways the one that lasts longest', () => {
  const groups = [group('sales', [{ ...assignment('role', 'seller'), validUntil: AT + 3000 }])];
  const member = { ...assignment('membership', 'sales'), validUntil: AT + 2000 };
  const through = { kind: 'group', name: 'name of sales' };
  expect(rolesOf([member], { roles, groups })).toEqual([{ name: 'name of seller', through, until: AT + 2000 }]);
  const own = { ...assignment('role', 'seller'), id: 'own', validUntil: AT + 1000 };
  expect(rolesOf([member, own], { roles, groups })).toEqual([{ name: 'name of seller', through, until: AT + 2000 }]);
  expect(rolesOf([member, { ...own, validUntil: AT + 2000 }], { roles, groups })).toEqual([
    { name: 'name of seller', until: AT + 2000 },
  ]);
});

test('what is over, or has not begun, is not told', () => {
  expect(rolesOf([{ ...assignment('role', 'seller'), validUntil: AT }], { roles })).toEqual([]);
  expect(rolesOf([{ ...assignment('role', 'seller'), validFrom: AT + 1 }], { roles })).toEqual([]);
});
