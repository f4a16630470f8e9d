import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVERYONE } from '../../src/access/model/everyone.js';
import { decide, type Decision } from '../../src/access/evaluation/decide.js';
import { effective } from '../../src/access/evaluation/effective.js';
import { LIMITATIONS } from '../../src/access/limitations/limitations.js';
import { covers } from '../../src/realm/resource-servers/permission-covers.js';
import type { EvaluationContext, Resource } from '../../src/access/evaluation/evaluation-context.js';
import type { Assignment, Limitation } from '../../src/base/assignment.js';
import { AT, AUDIENCES, names, snapshotOf, type World, worlds } from './world.js';

interface Asked {
  readonly audience: string;
  readonly permission: string;
  readonly resource?: Resource;
  readonly context: EvaluationContext;
}

const askedQuestion: fc.Arbitrary<Asked> = fc
  .record({
    audience: fc.constantFrom(...AUDIENCES),
    permission: fc.constantFrom(...names),
    owner: fc.constantFrom('u', 'somebody else', undefined),
    clientId: fc.constantFrom('shop', 'desk', undefined),
  })
  .map(({ owner, clientId, ...rest }) => ({
    ...rest,
    ...(owner !== undefined && { resource: { owner } }),
    context: { at: AT, ...(clientId !== undefined && { clientId }) },
  }));

const subjectOf = (world: World) => ({ kind: 'user', id: 'u', assignments: world.assignments }) as const;

const ask = (world: World, { audience, permission, resource, context }: Asked): Decision =>
  decide(subjectOf(world), { audience, permission }, resource, context, snapshotOf(world));

/** A direct implementation of the contract: everything that unlimited assignments lead to is held, until nothing is added. */
function naive(world: World, { audience, permission, resource, context }: Asked): boolean {
  const question = { subject: subjectOf(world), context, ...(resource && { resource }) };
  const holds = (limitations: readonly Limitation[]): boolean =>
    limitations.every(({ kind, values }) => LIMITATIONS.get(kind)?.evaluate(values, question).is === 'yes');
  const leads = (assignment: Assignment): boolean =>
    (assignment.validFrom ?? AT) <= AT && AT < (assignment.validUntil ?? Infinity) && holds(assignment.limitations);
  const [assignments, groups, roles] = [new Set(world.assignments), new Set<string>(), new Set<string>()];
  for (const { id, name } of world.roles) if (name === EVERYONE) roles.add(id);
  for (let size = -1; size !== assignments.size + groups.size + roles.size;) {
    size = assignments.size + groups.size + roles.size;
    for (const { kind, target } of [...assignments].filter(leads)) {
      if (kind === 'role') roles.add(target);
      if (kind === 'membership' || kind === 'customer-group') groups.add(target);
    }
    for (const group of world.groups)
      if (groups.has(group.id)) group.assignments.forEach((assignment) => assignments.add(assignment));
    for (const role of world.roles) if (roles.has(role.id)) role.includes?.forEach((id) => roles.add(id));
  }
  const nodes = new Set<string>();
  for (const { kind, target } of [...assignments].filter(leads)) {
    if (kind === 'permission' && target.startsWith(`${audience} `)) nodes.add(target.slice(audience.length + 1));
  }
  for (const role of world.roles.filter(({ id }) => roles.has(id))) {
    const { audience: where } = role;
    if (where && 'client' in where && where.client !== context.clientId) continue;
    if (where && 'resourceServer' in where && where.resourceServer !== audience) continue;
    for (const policy of role.policies) {
      if (policy.resourceServer === audience && holds(policy.limitations)) nodes.add(policy.permission);
    }
  }
  const declared = world.servers.find(({ identifier }) => identifier === audience);
  const isGiven = (name: string): boolean => [...nodes].some((node) => covers(node, name));
  for (let size = -1; size !== nodes.size;) {
    size = nodes.size;
    for (const { name, implies } of (declared?.permissions ?? []).filter(({ name }) => isGiven(name))) {
      implies.forEach((node) => nodes.add(node));
      for (const rule of declared?.implications ?? []) {
        if (covers(rule.permission, name)) rule.implies.forEach((node) => nodes.add(node));
      }
    }
  }
  return declared?.permissions.some(({ name }) => name === permission) === true && isGiven(permission);
}

/** All worlds with one more limitation somewhere. */
const narrowed = (world: World, more: Limitation): World[] => {
  const onto = <T extends { readonly limitations: Limitation[] }>(list: readonly T[], at: number): T[] =>
    list.map((one, index) => (index === at ? { ...one, limitations: [...one.limitations, more] } : one));
  return [0, 1, 2].flatMap((at) => [
    { ...world, assignments: onto(world.assignments, at) },
    ...world.groups.map((one) => ({
      ...world,
      groups: world.groups.map((other) => (other === one ? { ...one, assignments: onto(one.assignments, at) } : other)),
    })),
    ...world.roles.map((one) => ({
      ...world,
      roles: world.roles.map((other) => (other === one ? { ...one, policies: onto(one.policies, at) } : other)),
    })),
  ]);
};

describe('a decision, whatever the roles, groups and assignments are,', () => {
  test('equals the plain reading of the contract', () => {
    fc.assert(
      fc.property(worlds, askedQuestion, (world, one) => {
        expect(ask(world, one).allowed).toBe(naive(world, one));
      }),
      { numRuns: 2000 },
    );
  });

  test('never opens by a limitation more', () => {
    const more = fc.constantFrom<Limitation>(
      { kind: 'owner', values: ['self'] },
      { kind: 'client', values: ['shop'] },
      { kind: 'client', values: ['shop', 'desk'] },
    );
    fc.assert(
      fc.property(worlds, askedQuestion, more, (world, one, limitation) => {
        if (ask(world, one).allowed) return;
        for (const narrower of narrowed(world, limitation)) expect(ask(narrower, one).allowed).toBe(false);
      }),
    );
  });

  test('never opens by an assignment less', () => {
    fc.assert(
      fc.property(worlds, askedQuestion, fc.nat(5), (world, one, at) => {
        if (ask(world, one).allowed) return;
        expect(ask({ ...world, assignments: world.assignments.toSpliced(at, 1) }, one).allowed).toBe(false);
        for (const group of world.groups) {
          const groups = world.groups.map((other) =>
            other === group ? { ...group, assignments: group.assignments.toSpliced(at, 1) } : other,
          );
          expect(ask({ ...world, groups }, one).allowed).toBe(false);
        }
      }),
    );
  });

  test('is the same, to its last reason, in whatever order things lie', () => {
    const snapshotTurned = (world: World) => {
      const { groups, roles, resourceServers } = snapshotOf(world);
      const turned = <T>(list: readonly T[]): T[] => list.toReversed();
      return {
        groups: new Map(turned([...groups]).map(([id, one]) => [id, { ...one, assignments: turned(one.assignments) }])),
        roles: new Map(
          turned([...roles]).map(([id, one]) => [
            id,
            { ...one, policies: turned(one.policies), includes: turned(one.includes ?? []) },
          ]),
        ),
        resourceServers: new Map(
          turned([...resourceServers]).map(([id, one]) => [id, { ...one, permissions: turned(one.permissions) }]),
        ),
      };
    };
    fc.assert(
      fc.property(worlds, askedQuestion, (world, one) => {
        const turned = decide(
          { ...subjectOf(world), assignments: world.assignments.toReversed() },
          one,
          one.resource,
          one.context,
          snapshotTurned(world),
        );
        expect(turned).toEqual(ask(world, one));
      }),
    );
  });

  test('says yes to everything that a token says', () => {
    fc.assert(
      fc.property(worlds, askedQuestion, (world, one) => {
        const permissions = effective(subjectOf(world), one.context, snapshotOf(world)).permissions(one.audience);
        for (const permission of permissions) expect(ask(world, { ...one, permission }).allowed).toBe(true);
      }),
    );
  });

  test('tells a way that leads there, or what stands against each that could', () => {
    fc.assert(
      fc.property(worlds, askedQuestion, (world, one) => {
        const { allowed, because, against, undeclared } = ask(world, one);
        expect([because !== undefined, against.length > 0 && allowed]).toEqual([allowed, false]);
        for (const { obstacles } of against) expect(obstacles.length).toBeGreaterThan(0);
        if (undeclared) expect(against).toEqual([]);
      }),
    );
  });
});
