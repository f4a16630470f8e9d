import { ADMINISTRATOR } from '../../access/model/administrator.js';
import { type AdministratorRank, administratorRank } from '../../access/administration/administrator-rank.js';
import { compiled } from '../../access/evaluation/snapshot-index.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { subjectOf } from '../../access/evaluation/subject.js';
import { isBlocked } from '../../base/block.js';
import { now } from '../../base/clock.js';
import { rows } from '../../base/paging.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import type { CurrentRealm } from '../plan/current-realm.js';
import type { Plan } from '../plan/plan.js';

/**
 * Whether an administrator who can sign in remains after the plan, or there was none before. Counts current and limited
 * holders, and future ones if there are no others.
 */
export async function leavesAdministrator(
  { operations, before, planned, added }: Plan,
  current: CurrentRealm,
): Promise<boolean> {
  if (operations.length === 0) return true;
  let left: AdministratorRank = 0;
  for await (const user of mayBeAdministrator(planned.snapshot, current.people, { planned, added })) {
    const assignments = planned.users.get(user.id);
    const then = { ...user, ...planned.profiles?.get(user.id), ...(assignments && { assignments: [...assignments] }) };
    const rank = rankOfUser(then, planned.snapshot);
    if (rank === 2) return true;
    if (rank > left) left = rank;
  }
  for await (const user of mayBeAdministrator(before, current.people)) {
    if (rankOfUser(user, before) > left) return false;
  }
  return true;
}

function rankOfUser(user: User, snapshot: Snapshot): AdministratorRank {
  const at = now();
  return isBlocked(user, at) ? 0 : administratorRank(subjectOf(user, snapshot, at), snapshot, at);
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
