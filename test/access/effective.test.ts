import { describe, expect, test } from '@jest/globals';
import { administrator } from '../../src/access/model/administrator.js';
import { allows, effective } from '../../src/access/evaluation/effective.js';
import type { Assignment } from '../../src/base/assignment.js';
import { gatehouseApi } from '../../src/realm/resource-servers/gatehouse-api.js';
import { GATEHOUSE_API } from '../../src/realm/resource-servers/resource-server.js';
import { AT, assignment, group, ORDERS, role, server, snapshotOf, STOCK } from './world.js';

const orders = server(ORDERS, {
  'orders:read': [],
  'orders:write': ['orders:read'],
  'orders:lines:write': [],
  'refunds:make': ['orders:write'],
});
const stock = server(STOCK, { 'stock:read': [], 'orders:read': [] });

const judge = (assignments: readonly Assignment[], world: Partial<Parameters<typeof snapshotOf>[0]> = {}, at = AT) =>
  effective(
    { kind: 'user', id: 'ada', assignments },
    { at },
    snapshotOf({ groups: [], roles: [], servers: [orders, stock], ...world }),
  );

describe('what a subject holds', () => {
  test('is nothing without assignments', () => {
    const access = judge([], { roles: [role('seller', [ORDERS, '*'])], groups: [group('staff')] });
    expect([access.roles, access.groups, access.permissions(ORDERS), access.endsAt]).toEqual([[], [], [], undefined]);
  });

  test('comes by a role of its own, with what the permission implies, however far', () => {
    const access = judge([assignment('role', 'seller')], { roles: [role('seller', [ORDERS, 'refunds:make'])] });
    expect(access.roles).toEqual(['name of seller']);
    expect(access.permissions(ORDERS)).toEqual(['orders:read', 'orders:write', 'refunds:make']);
    expect(allows(access, ORDERS, 'orders:write')).toBe(true);
    expect(allows(access, ORDERS, 'orders:lines:write')).toBe(false);
  });

  test('comes through groups above groups, each of them named', () => {
    const groups = [
      group('team', [assignment('membership', 'branch')]),
      group('branch', [assignment('membership', 'company')]),
      group('company', [assignment('role', 'reader')]),
    ];
    const access = judge([assignment('membership', 'team')], {
      groups,
      roles: [role('reader', [ORDERS, 'orders:read'])],
    });
    expect(access.groups).toEqual(['name of branch', 'name of company', 'name of team']);
    expect(access.permissions(ORDERS)).toEqual(['orders:read']);
  });

  test('comes by a direct permission, whose node covers what is below it and no mere namesake', () => {
    expect(judge([assignment('permission', `${ORDERS} orders`)]).permissions(ORDERS)).toEqual([
      'orders:read',
      'orders:write',
      'orders:lines:write',
    ]);
    expect(judge([assignment('permission', `${ORDERS} ord`)]).permissions(ORDERS)).toEqual([]);
  });

  test('is nothing at an audience that nobody declared, nor what the audience does not declare', () => {
    const access = judge([
      assignment('permission', 'https://nowhere.example *'),
      assignment('permission', `${ORDERS} orders:delete`),
    ]);
    expect(access.permissions('https://nowhere.example')).toEqual([]);
    expect(allows(access, ORDERS, 'orders:delete')).toBe(false);
  });

  test('is nothing at another audience, for * neither', () => {
    const access = judge([assignment('role', 'boss')], { roles: [role('boss', [ORDERS, '*'])] });
    expect(access.permissions(ORDERS)).toHaveLength(4);
    expect(access.permissions(STOCK)).toEqual([]);
  });

  test('is everything at Gatehouse and nothing elsewhere for an administrator', () => {
    const built = {
      ...role('administrator'),
      policies: administrator.policies.map((one) => ({ ...one, limitations: [] })),
    };
    const gatehouse = { ...server(GATEHOUSE_API, {}), permissions: gatehouseApi.permissions };
    const access = judge([assignment('role', 'administrator')], { roles: [built], servers: [gatehouse, orders] });
    expect(access.permissions(GATEHOUSE_API)).toEqual(gatehouseApi.permissions.map(({ name }) => name));
    expect(access.permissions(ORDERS)).toEqual([]);
  });

  test('is nothing by a policy with a limitation that nobody can judge, while its other policies give theirs', () => {
    const limited = role('seller', [ORDERS, '*', { kind: 'moon-phase', values: ['full'] }], [ORDERS, 'orders:read']);
    expect(judge([assignment('role', 'seller')], { roles: [limited] }).permissions(ORDERS)).toEqual(['orders:read']);
  });

  test('is nothing by a role or group that is gone', () => {
    const access = judge([assignment('role', 'gone'), assignment('membership', 'gone', { validUntil: AT + 5 })]);
    expect([access.roles, access.groups, access.endsAt, access.trace.assignments]).toEqual([[], [], undefined, []]);
  });

  test('begins at validFrom and ends at validUntil, to the millisecond', () => {
    const seller = { roles: [role('seller', [ORDERS, 'orders:read'])] };
    const assignments = [assignment('role', 'seller', { validFrom: AT, validUntil: AT + 10 })];
    const at = (instant: number): number => judge(assignments, seller, instant).permissions(ORDERS).length;
    expect([at(AT - 1), at(AT), at(AT + 9), at(AT + 10)]).toEqual([0, 1, 1, 0]);
  });

  test('ends at the nearest end of all that it rests on', () => {
    const groups = [group('team', [assignment('role', 'seller', { validUntil: AT + 20 })])];
    const roles = [role('seller', [ORDERS, 'orders:read'])];
    const assignments = [
      assignment('membership', 'team', { validUntil: AT + 30 }),
      assignment('role', 'gone', { validUntil: AT + 1 }),
    ];
    expect(judge(assignments, { groups, roles }).endsAt).toBe(AT + 20);
  });

  test('goes round a circle of groups once', () => {
    const groups = [
      group('a', [assignment('membership', 'b')]),
      group('b', [assignment('membership', 'a'), assignment('role', 'seller')]),
    ];
    const access = judge([assignment('membership', 'a')], { groups, roles: [role('seller', [ORDERS, 'orders:read'])] });
    expect([access.groups, access.roles]).toEqual([['name of a', 'name of b'], ['name of seller']]);
  });
});

describe('the trace', () => {
  test('names the assignments, the way through groups, and the versions that decided', () => {
    const up = assignment('membership', 'company');
    const gives = assignment('role', 'seller', { validUntil: AT + 9 });
    const joins = assignment('membership', 'team');
    const groups = [group('team', [up]), group('company', [gives])];
    const { trace } = judge([joins, assignment('role', 'later', { validFrom: AT + 1 })], {
      groups,
      roles: [role('later'), role('seller', [ORDERS, 'orders:read'])],
    });
    expect(trace.assignments).toHaveLength(3);
    expect(trace.assignments).toEqual(
      expect.arrayContaining([
        { id: joins.id, kind: 'membership', target: 'team' },
        { id: up.id, kind: 'membership', target: 'company', from: 'team' },
        { id: gives.id, kind: 'role', target: 'seller', from: 'company', validUntil: AT + 9 },
      ]),
    );
    expect(trace.groups).toEqual([
      { id: 'company', name: 'name of company', version: 2, way: [joins.id, up.id] },
      { id: 'team', name: 'name of team', version: 1, way: [joins.id] },
    ]);
    expect(trace.roles).toEqual([{ id: 'seller', name: 'name of seller', version: 2 }]);
  });

  test('tells the shortest way to a group, and of equally short ones always the same', () => {
    const [first, second] = [
      assignment('membership', 'left', { id: 'e1' }),
      assignment('membership', 'right', { id: 'e2' }),
    ];
    const long = assignment('membership', 'low', { id: 'e0' });
    const groups = [
      group('low', [assignment('membership', 'left', { id: 'e3' })]),
      group('left', [assignment('membership', 'top', { id: 'e9' })]),
      group('right', [assignment('membership', 'top', { id: 'e8' })]),
      group('top'),
    ];
    for (const assignments of [
      [long, first, second],
      [second, first, long],
    ]) {
      const ways = new Map(judge(assignments, { groups }).trace.groups.map(({ id, way }) => [id, way]));
      expect([ways.get('left'), ways.get('top')]).toEqual([['e1'], ['e1', 'e9']]);
    }
  });

  test('is told in no time where every group leads to every other', () => {
    const ids = Array.from({ length: 40 }, (_, n) => `g${n}`);
    const groups = ids.map((id) =>
      group(
        id,
        ids.filter((other) => other !== id).map((other) => assignment('membership', other)),
      ),
    );
    expect(judge([assignment('membership', 'g0')], { groups }).trace.groups).toHaveLength(40);
  });
});
