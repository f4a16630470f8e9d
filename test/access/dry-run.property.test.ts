import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dryRun, type People } from '../../src/access/dry-run.js';
import { effective } from '../../src/access/effective.js';
import type { Proposal } from '../../src/access/proposal.js';
import { subjectOf } from '../../src/access/subject.js';
import type { Snapshot } from '../../src/access/snapshot.js';
import type { User } from '../../src/identity/user.js';
import { indexOf } from '../../src/identity/user-index.js';
import { reachGroups } from '../../src/access/reach-groups.js';
import { AT, AUDIENCES, snapshotOf, type World, worlds } from './world.js';

const userIn = (world: World, id: string, snapshot: Snapshot): User & { version: number } => {
  const above = reachGroups(
    world.edges,
    snapshot.groups,
    () => true,
    (group) => snapshot.groups.get(group)?.edges ?? [],
  );
  const user = { username: id, profile: {}, edges: [...world.edges] };
  return {
    ...{ id, createdAt: 0, since: 0, version: 1, state: 'active' as const, emailVerified: false, attributes: [] },
    ...user,
    ...indexOf(
      user,
      above.map((group) => group.id),
    ),
  };
};

const peopleOf = (users: readonly (User & { version: number })[]): People => {
  const page = (rows: readonly (User & { version: number })[]) => Promise.resolve({ rows: [...rows] });
  return {
    get: (id) => Promise.resolve(users.find((user) => user.id === id)),
    list: () => page(users),
    listByRole: (role) => page(users.filter(({ roleIds }) => roleIds.includes(role))),
    listByGroup: (group) => page(users.filter(({ within }) => within.includes(group))),
  };
};

const heldIn = (user: User, snapshot: Snapshot): string[] => {
  const held = effective(subjectOf(user, snapshot, AT), { at: AT }, snapshot);
  return AUDIENCES.flatMap((audience) => held.permissions(audience).map((one) => `${one} at ${audience}`)).sort();
};

test('a dry run of a role or a group tells of everybody exactly what would be so afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, worlds, fc.nat(3), async (world, other, at) => {
      const snapshot = snapshotOf(world);
      const users = [userIn(world, 'ada', snapshot), userIn({ ...world, edges: other.edges }, 'bob', snapshot)];
      const [role, changed] = [world.roles[at], other.roles[0]];
      const group = world.groups[at];
      const proposals: { proposal: Proposal; after: Snapshot }[] = [];
      if (role && changed) {
        const then = { ...role, policies: changed.policies, version: 1 };
        proposals.push({
          proposal: { role: then },
          after: { ...snapshot, roles: new Map(snapshot.roles).set(role.id, then) },
        });
      }
      if (group) {
        // What leads to groups stays: who is below which is told by an index that follows later.
        const kept = group.edges.filter(({ kind }) => kind === 'membership' || kind === 'customer-group');
        const edges = [...kept, ...other.edges.filter(({ kind }) => kind === 'role' || kind === 'permission')];
        const groups = new Map(snapshot.groups).set(group.id, { ...group, edges, version: 1 });
        proposals.push({ proposal: { group: group.id, edges }, after: { ...snapshot, groups } });
      }
      for (const { proposal, after } of proposals) {
        const { effects, more } = await dryRun(proposal, snapshot, peopleOf(users), AT);
        expect(more).toBe(false);
        for (const user of users) {
          const told = effects.find(({ userId }) => userId === user.id);
          const before = heldIn(user, snapshot);
          const lost = new Set(told?.loses);
          const expected = [
            ...before.filter((one) => !lost.has(one)),
            ...(told?.gains ?? []).filter((one) => !one.startsWith('role ')),
          ];
          expect(expected.sort()).toEqual(heldIn(user, after));
        }
      }
    }),
    { numRuns: 500 },
  );
});
