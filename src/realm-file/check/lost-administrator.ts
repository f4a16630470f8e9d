import { ADMINISTRATOR } from '../../access/model/administrator.js';
import { type AdministratorRank, rankOf } from '../../access/administration/administrator-rank.js';
import { type AdministratorWay, anyWay, losesRank, ownWay } from '../../access/administration/administrator-ways.js';
import type { PlannedRealm } from '../../access/administration/preview.js';
import { compiled } from '../../access/evaluation/snapshot-index.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { now } from '../../base/clock.js';
import { rows } from '../../base/paging.js';
import { enforcingAmong } from '../../federation/connectors/connector-service.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import type { CurrentRealm } from '../plan/current-realm.js';
import type { Plan } from '../plan/plan.js';

/**
 * The code of the guard's refusal, if after the plan no administrator could sign in, or none without a directory, and there was one
 * before. Counts current and limited holders, and future ones if there are no others.
 */
export async function lostAdministrator(
  { operations, before, planned, added, givenPasswords, connectors }: Plan,
  { connectors: { all }, people, passwords }: CurrentRealm,
): Promise<'nobody-administrator' | 'administrator-way-in' | undefined> {
  if (operations.length === 0) return undefined;
  const at = now();
  const has = async (id: string): Promise<boolean> => givenPasswords.has(id) || passwords.has(id);
  const enforcing = [enforcingAmong(all.values()), enforcingAmong(connectors)] as const;
  const ways = [
    ['nobody-administrator', anyWay(before, at), anyWay(planned.snapshot, at)],
    [
      'administrator-way-in',
      ownWay(before, at, { enforcing: enforcing[0], passwords }),
      ownWay(planned.snapshot, at, { enforcing: enforcing[1], passwords: { has } }),
    ],
  ] as const;
  for (const [code, way, wayThen] of ways) {
    const then = () => usersThen(mayBeAdministrator(planned.snapshot, people, { planned, added }), planned);
    const isLost = await losesRank(
      () => highestRank(then(), wayThen),
      () => highestRank(mayBeAdministrator(before, people), way),
    );
    if (isLost) return code;
  }
  return undefined;
}

/** Reads no further than to somebody who is certain. */
async function highestRank(users: AsyncIterable<User>, way: AdministratorWay): Promise<AdministratorRank> {
  let highest: AdministratorRank = 0;
  for await (const user of users) {
    const rank = rankOf(await way(user));
    if (rank === 2) return rank;
    if (rank > highest) highest = rank;
  }
  return highest;
}

/** With what the plan changes. */
async function* usersThen(
  users: AsyncIterable<User>,
  { users: assigned, profiles }: PlannedRealm,
): AsyncGenerator<User> {
  for await (const user of users) {
    const assignments = assigned.get(user.id);
    yield { ...user, ...profiles?.get(user.id), ...(assignments && { assignments: [...assignments] }) };
  }
}

/** Candidates for the role, possibly repeated; those that the plan changes come first. */
async function* mayBeAdministrator(
  snapshot: Snapshot,
  people: CurrentRealm['people'],
  plan?: Pick<Plan, 'planned' | 'added'>,
): AsyncGenerator<Stored<User>> {
  yield* plan?.added ?? [];
  for (const id of plan?.planned.users.keys() ?? []) {
    const user = await people.get(id);
    if (user) yield user;
  }
  const { withIncluded } = compiled(snapshot);
  const bringing = [...snapshot.roles.keys()].filter((id) =>
    withIncluded(id).some(({ name }) => name === ADMINISTRATOR),
  );
  for (const id of bringing) yield* rows((page) => people.listByRole(id, page));
  for (const { id, type, assignments } of snapshot.groups.values()) {
    if (!assignments.some(({ kind, target }) => kind === 'role' && bringing.includes(target))) continue;
    // Members of a segment or customer group are only found by reading every user.
    yield* rows((page) => (type === undefined ? people.listByGroup(id, page) : people.list(page)));
  }
}
