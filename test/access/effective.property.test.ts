import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Effective, effective } from '../../src/access/evaluation/effective.js';
import type { Assignment } from '../../src/base/assignment.js';
import { AT, AUDIENCES, assignment, snapshotOf, type World, worlds } from './world.js';

const judge = (world: World, at = AT): Effective =>
  effective({ kind: 'user', id: 'u', assignments: world.assignments }, { at }, snapshotOf(world));

const everything = (held: Effective): string[] => [
  ...held.roles.map((name) => `role ${name}`),
  ...held.groups.map((name) => `group ${name}`),
  ...AUDIENCES.flatMap((audience) => held.permissions(audience).map((permission) => `${audience} ${permission}`)),
];

/** All worlds that differ in one list of assignments: the subject's, or one group's. */
const withAssignments = (
  world: World,
  change: (assignments: readonly Assignment[]) => readonly Assignment[],
): World[] => [
  { ...world, assignments: change(world.assignments) },
  ...world.groups.map((one) => ({
    ...world,
    groups: world.groups.map((other) =>
      other === one ? { ...one, assignments: [...change(one.assignments)] } : other,
    ),
  })),
];

describe('whatever the roles, groups and assignments are', () => {
  test('taking an assignment away never widens what is held', () => {
    fc.assert(
      fc.property(worlds, fc.nat(5), (world, at) => {
        const before = new Set(everything(judge(world)));
        for (const less of withAssignments(world, (assignments) => assignments.toSpliced(at, 1))) {
          expect(everything(judge(less)).filter((one) => !before.has(one))).toEqual([]);
        }
      }),
    );
  });

  test('the order of assignments, groups, roles and policies never matters, to the trace neither', () => {
    const turned = <T>(list: readonly T[]): T[] => list.toReversed();
    fc.assert(
      fc.property(worlds, (world) => {
        const a = judge(world);
        const reversed = {
          assignments: turned(world.assignments),
          groups: world.groups.map((one) => ({ ...one, assignments: turned(one.assignments) })),
          roles: world.roles.map((one) => ({ ...one, policies: turned(one.policies) })),
          servers: world.servers,
        };
        const snapshot = snapshotOf(world);
        const b = effective(
          { kind: 'user', id: 'u', assignments: reversed.assignments },
          { at: AT },
          {
            ...snapshot,
            groups: new Map(
              turned(reversed.groups).map((one) => [
                one.id,
                { ...one, version: snapshot.groups.get(one.id)?.version ?? 0 },
              ]),
            ),
            roles: new Map(
              turned(reversed.roles).map((one) => [
                one.id,
                { ...one, version: snapshot.roles.get(one.id)?.version ?? 0 },
              ]),
            ),
          },
        );
        expect(everything(b)).toEqual(everything(a));
        expect([b.endsAt, b.trace]).toEqual([a.endsAt, a.trace]);
      }),
    );
  });

  test.each<[string, Partial<Assignment>]>([
    ['has ended', { validUntil: AT }],
    ['has not begun', { validFrom: AT + 1 }],
    ['has a limitation that nobody can judge', { limitations: [{ kind: 'moon-phase', values: ['full'] }] }],
  ])('an assignment that %s gives nothing', (_what, more) => {
    const useless = fc.constantFrom(
      ...['group-a', 'group-b'].map((target) => assignment('membership', target, more)),
      ...['role-a', 'role-b'].map((target) => assignment('role', target, more)),
      assignment('permission', `${AUDIENCES[0] ?? ''} *`, more),
    );
    fc.assert(
      fc.property(worlds, useless, (world, extra) => {
        const { trace, endsAt, ...held } = judge(world);
        for (const wider of withAssignments(world, (assignments) => [...assignments, extra])) {
          expect(everything(judge(wider))).toEqual(everything({ ...held, trace }));
          expect([judge(wider).endsAt, judge(wider).trace]).toEqual([endsAt, trace]);
        }
      }),
    );
  });

  test('what is held at one audience depends on nothing that is given at another', () => {
    fc.assert(
      fc.property(worlds, fc.constantFrom(...AUDIENCES), (world, audience) => {
        const elsewhere = (one: Assignment): boolean =>
          one.kind === 'permission' && !one.target.startsWith(`${audience} `);
        const only = {
          ...world,
          assignments: world.assignments.filter((one) => !elsewhere(one)),
          groups: world.groups.map((one) => ({
            ...one,
            assignments: one.assignments.filter((out) => !elsewhere(out)),
          })),
          roles: world.roles.map((one) => ({
            ...one,
            policies: one.policies.filter(({ resourceServer }) => resourceServer === audience),
          })),
        };
        expect(judge(only).permissions(audience)).toEqual(judge(world).permissions(audience));
      }),
    );
  });

  test('all that is held now is held until endsAt', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 0, max: 8 }), (world, later) => {
        const access = judge(world);
        const at = AT + later;
        fc.pre(at < (access.endsAt ?? Infinity));
        expect(everything(judge(world, at))).toEqual(expect.arrayContaining(everything(access)));
      }),
    );
  });

  test('the trace leads from the subject to every group and role by assignments that are in it', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { trace, roles, groups } = judge(world);
        const assignments = new Map(trace.assignments.map((one) => [one.id, one]));
        expect(trace.groups.map(({ name }) => name).sort()).toEqual(groups);
        expect(trace.roles.map(({ name }) => name)).toEqual(expect.arrayContaining([...roles]));
        for (const { id, way } of trace.groups) {
          let from: string | undefined;
          for (const step of way) {
            expect(assignments.get(step)?.from).toBe(from);
            from = assignments.get(step)?.target;
          }
          expect(from).toBe(id);
        }
        const given = new Set(trace.assignments.flatMap(({ kind, target }) => (kind === 'role' ? target : [])));
        for (const id of given)
          for (const role of world.roles) if (role.id === id) role.includes?.forEach((one) => given.add(one));
        for (const { id } of trace.roles) expect(given.has(id)).toBe(true);
      }),
    );
  });
});
