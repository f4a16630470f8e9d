import { problem, type Problem } from '../../base/problems/problem.js';
import type { Instant } from '../../base/clock.js';
import type { Assignment } from '../../base/assignment.js';
import { type Page, type PageRequest, pages, rows } from '../../base/paging.js';
import type { HolderOfBoth } from './role-exclusion-problems.js';
import { newConflict, type RoleConflict } from './role-conflict.js';
import type { Snapshot } from '../evaluation/snapshot.js';
import { type Concern, concerns, type RolePlaces } from './conflict-candidates.js';

/** Looks up holders of assignments, by page. */
export interface Holders {
  readonly users: {
    list(page: PageRequest): Promise<Page<UserHolder>>;
    listByRole(roleId: string, page: PageRequest): Promise<Page<UserHolder>>;
    listByGroup(groupId: string, page: PageRequest): Promise<Page<UserHolder>>;
  };
  readonly clients: { list(page: PageRequest): Promise<Page<CheckedHolder>> };
}
interface CheckedHolder {
  readonly id: string;
  readonly assignments: readonly Assignment[];
}
interface UserHolder extends CheckedHolder {
  readonly username: string;
}

/** Why a change of roles and groups is refused. */
export interface HeldBoth {
  /** The two roles, as `RoleConflict` names them. */
  readonly pair: string;
  readonly problem: Problem;
  /** The assignments by which somebody would hold both; absent if there were too many candidates. */
  readonly assignments?: readonly Assignment[];
}

/** The maximum number of users to read for each pair of roles. */
const MOST_LOOKED_AT = 100_000;
/** Small, so that a side with few users is completed before many of the other side are read. */
const FIRST_PAGE = 50;
const LAST_PAGE = 500;

/**
 * Separation of duties for changes of roles and groups: a user who would newly hold two roles that exclude each other, if there
 * is one. Reads only users who may hold both, from the smaller side; none if no role excludes another, or nothing newly leads
 * to such a role. A lagging index hides nobody: users are found by direct assignments.
 */
export async function heldBoth(
  before: Snapshot,
  after: Snapshot,
  holders: Holders,
  at: Instant,
  most = MOST_LOOKED_AT,
): Promise<HeldBoth | undefined> {
  const found = concerns(before, after);
  if (found.length === 0) return undefined;
  const judge = (assignments: readonly Assignment[]): RoleConflict | undefined =>
    newConflict({ assignments, snapshot: before }, { assignments, snapshot: after }, at);
  for (const { id, name } of after.groups.values()) {
    const assignments = [throughGroup(id, at)];
    const conflict = judge(assignments);
    if (conflict) return refusalOf(conflict, { kind: 'members', group: name }, assignments);
  }
  for (const concern of found) {
    const against = await searchPeople(concern, { after, users: holders.users, judge, most });
    if (against) return against;
  }
  for await (const { id, assignments } of rows((page) => holders.clients.list(page), FIRST_PAGE)) {
    const conflict = judge(assignments);
    if (conflict) return refusalOf(conflict, { kind: 'client', id }, assignments);
  }
  return undefined;
}

async function searchPeople(
  concern: Concern,
  {
    after,
    users,
    judge,
    most,
  }: {
    readonly after: Snapshot;
    readonly users: Holders['users'];
    readonly judge: (assignments: readonly Assignment[]) => RoleConflict | undefined;
    readonly most: number;
  },
): Promise<HeldBoth | undefined> {
  const sides = sidesOf(concern, after, users);
  for (let looked = 0; looked <= most;) {
    // Alternates between the sides. A user who holds both is on each side, so the first side that is completed suffices.
    for (const side of sides) {
      const page = await side.next();
      if (page.done === true) return undefined;
      looked += page.value.length;
      const hits = page.value.flatMap(({ username, assignments }) => {
        const conflict = judge(assignments);
        return conflict ? [{ username, assignments, conflict }] : [];
      });
      const [first, ...more] = hits;
      if (!first) continue;
      const holder = { kind: 'user', username: first.username, more: more.length } as const;
      return refusalOf(first.conflict, holder, first.assignments);
    }
  }
  const nameOf = (id: string): string => after.roles.get(id)?.name ?? id;
  const [one, other] = concern.roles;
  return {
    pair: concern.pair,
    problem: problem('too-many-to-check', [], { roles: [nameOf(one), nameOf(other)], most }),
  };
}

/** The alternative sets of users to check; completing any one of them suffices. */
function sidesOf(
  { places }: Concern,
  { groups }: Snapshot,
  users: Holders['users'],
): readonly AsyncGenerator<readonly UserHolder[]>[] {
  // Members of customer groups are not looked up here, and a side that is everybody is not usable.
  const isWhole = ({ everybody, groups: ids }: RolePlaces): boolean =>
    !everybody && ![...ids].some((id) => groups.get(id)?.type === 'customer-group');
  const whole = places.filter(isWhole);
  if (whole.length > 0) return whole.map((side) => peopleAt([side], users));
  if (places.some(({ everybody }) => everybody)) return [pagesOf((page) => users.list(page))];
  // A user is in one customer group at a time, and what one group grants was checked with the group. So one of the two roles
  // comes through another path.
  return [peopleAt(places, users)];
}

async function* peopleAt(
  places: readonly RolePlaces[],
  users: Holders['users'],
): AsyncGenerator<readonly UserHolder[]> {
  for (const { roles, groups } of places) {
    for (const id of roles) yield* pagesOf((page) => users.listByRole(id, page));
    for (const id of groups) yield* pagesOf((page) => users.listByGroup(id, page));
  }
}

const pagesOf = <T>(read: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<readonly T[]> =>
  pages(read, { limit: FIRST_PAGE, growTo: LAST_PAGE });

const refusalOf = (
  { pair, ways }: RoleConflict,
  holder: HolderOfBoth,
  assignments: readonly Assignment[],
): HeldBoth => ({
  pair,
  problem: problem('roles-exclude-each-other', [], { held: ways, holder }),
  assignments,
});

/** A membership in the group. */
const throughGroup = (id: string, at: Instant): Assignment => ({
  id,
  kind: 'membership',
  target: id,
  grantedBy: 'system:separation-of-duties',
  grantedAt: at,
  limitations: [],
});
