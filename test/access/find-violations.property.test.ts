import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVERYONE } from '../../src/access/model/everyone.js';
import { heldBoth, type Holders } from '../../src/access/separation-of-duties/find-violations.js';
import { proposed, type Proposal } from '../../src/access/administration/proposed-snapshot.js';
import { newConflict } from '../../src/access/separation-of-duties/role-conflict.js';
import type { Role } from '../../src/access/model/role.js';
import type { Snapshot } from '../../src/access/evaluation/snapshot.js';
import type { Assignment } from '../../src/base/assignment.js';
import type { Cursor, Page, PageRequest } from '../../src/base/paging.js';
import type { Group } from '../../src/identity/groups/group.js';
import { AT, assignment, group, role, snapshotOf } from './world.js';

const ROLES = ['r0', 'r1', 'r2', 'r3', EVERYONE];
const PLAIN = ['g0', 'g1', 'g2'];
const CUSTOMERS = ['c0', 'c1'];
const GROUPS = [...PLAIN, ...CUSTOMERS];

const toRoles = fc.subarray(ROLES.slice(0, 4), { maxLength: 2 }).map((ids) => ids.map((id) => assignment('role', id)));
const toGroups = fc.subarray(PLAIN, { maxLength: 1 }).map((ids) => ids.map((id) => assignment('membership', id)));
const toCustomers = fc
  .option(fc.constantFrom(...CUSTOMERS))
  .map((id) => (id === null ? [] : [assignment('customer-group', id)]));
const both = fc.tuple(toRoles, toGroups).map((assignments) => assignments.flat());

const roleNamed = (id: string): fc.Arbitrary<Role> =>
  fc
    .record({
      includes: fc.subarray(ROLES.slice(0, 4), { maxLength: 1 }),
      excludes: id === EVERYONE ? fc.constant<string[]>([]) : fc.subarray(ROLES.slice(0, 4), { maxLength: 1 }),
    })
    .map(({ includes, excludes }) => ({
      ...role(id),
      name: id,
      includes,
      excludes: excludes.filter((other) => other !== id),
    }));

const groupNamed = (id: string): fc.Arbitrary<Group> =>
  CUSTOMERS.includes(id)
    ? toRoles.map((assignments) => ({ ...group(id, assignments), type: 'customer-group' as const }))
    : both.map((assignments) => group(id, assignments));

const changes = fc.record({
  snapshot: fc
    .record({ roles: fc.tuple(...ROLES.map(roleNamed)), groups: fc.tuple(...GROUPS.map(groupNamed)) })
    .map((world) => snapshotOf({ ...world, servers: [] })),
  proposal: fc.oneof(
    fc
      .constantFrom(...ROLES)
      .chain(roleNamed)
      .map((role): Proposal => ({ role: { ...role, version: 2 } })),
    fc.constantFrom(...PLAIN).chain((group) => both.map((assignments): Proposal => ({ group, assignments }))),
    fc.constantFrom(...CUSTOMERS).chain((group) => toRoles.map((assignments): Proposal => ({ group, assignments }))),
  ),
  people: fc.array(
    fc.tuple(toRoles, toGroups, toCustomers).map((assignments) => assignments.flat()),
    { maxLength: 4 },
  ),
  clients: fc.array(both, { maxLength: 1 }),
});

/** One at a time, and after an empty first page, so that nothing is found by chance. The index knows only direct groups. */
function holdersOf(people: readonly (readonly Assignment[])[], clients: readonly (readonly Assignment[])[]): Holders {
  const users = people.map((assignments, n) => ({ id: `u${n}`, username: `u${n}`, assignments }));
  const page = <T>(rows: readonly T[], { after }: PageRequest): Promise<Page<T>> => {
    const at = after === undefined ? 0 : Number(after);
    return Promise.resolve({
      rows: at === 0 ? [] : rows.slice(at - 1, at),
      ...(at < rows.length && { next: String(at + 1) as Cursor }),
    });
  };
  const given = (kind: Assignment['kind'], id: string) =>
    users.filter(({ assignments }) => assignments.some((one) => one.kind === kind && one.target === id));
  return {
    users: {
      list: (request) => page(users, request),
      listByRole: (id, request) => page(given('role', id), request),
      listByGroup: (id, request) => page(given('membership', id), request),
    },
    clients: {
      list: (request) =>
        page(
          clients.map((assignments, n) => ({ id: `k${n}`, assignments })),
          request,
        ),
    },
  };
}

test('whoever would hold two roles that exclude each other is found, though few are looked up, and nobody else', async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(changes, async ({ snapshot, proposal, people, clients }) => {
      const after = proposed(snapshot, proposal);
      const would = (assignments: readonly Assignment[], before: Snapshot = snapshot) =>
        newConflict({ assignments, snapshot: before }, { assignments, snapshot: after }, AT) !== undefined;
      const inGroups = GROUPS.map((id) => [assignment('membership', id)]);
      const expected = [...people, ...clients, ...inGroups].some((assignments) => would(assignments));
      const against = await heldBoth(snapshot, after, holdersOf(people, clients), AT);
      expect(against !== undefined).toBe(expected);
      if (against) refused++;
      if (against?.assignments) expect(would(against.assignments)).toBe(true);
    }),
    { numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(100);
});
