import { assignmentsWithout } from '../../base/assignment-references.js';
import { rows } from '../../base/paging.js';
import type { Reference } from '../../changes/removal/reference.js';
import type { Referrer, Removed } from '../../changes/removal/referrer.js';
import type { Change } from '../../changes/event.js';
import type { Stored } from '../../storage/spec.js';
import type { Collection } from '../../storage/store.js';
import { indexOf } from './user-index.js';
import type { users } from './user.js';
import { type User } from './user.js';

/** The number of users in memory at once. */
const PAGE = 100;

/**
 * Users whose assignments refer to an object that is to be removed. Index fields find them; each is checked.
 *
 * @param plan the change that sets these assignments
 */
export async function* usersReferring(
  collection: Collection<typeof users>,
  removed: Removed,
  plan: (before: Stored<User>, after: User) => Change | undefined,
): AsyncGenerator<Referrer> {
  for await (const user of candidates(collection, removed)) {
    const without = assignmentsWithout(user.assignments, removed);
    if (!without) continue;
    const { version: _, nextExpiry: _end, ...before } = user;
    const after = { ...before, assignments: without.assignments };
    const within = removed.kind === 'group' ? user.within.filter((id) => id !== removed.id) : user.within;
    const change = plan(user, { ...after, ...indexOf(after, within) });
    if (!change) continue;
    const references = without.how.map((how): Reference => ({ kind: 'user', id: user.id, name: user.username, how }));
    yield { references, cut: { kind: 'change', change } };
  }
}

async function* candidates(collection: Collection<typeof users>, { kind, id }: Removed): AsyncGenerator<Stored<User>> {
  switch (kind) {
    case 'user':
      return;
    case 'role':
      yield* rows((page) => collection.find('byRole', { roleIds: id }, page), PAGE);
      return;
    case 'group':
      yield* rows((page) => collection.find('byGroup', { within: id }, page), PAGE);
      for await (const user of referring(collection, `group:${id}`)) {
        if (!user.within.includes(id)) yield user;
      }
      return;
    case 'client':
    case 'connector':
    case 'resource-server':
      yield* referring(collection, `${kind}:${id}`);
      return;
    case 'permission':
      yield* referring(collection, `resource-server:${id.split(' ')[0] ?? ''}`);
      return;
  }
}

const referring = (collection: Collection<typeof users>, reference: string): AsyncGenerator<Stored<User>> =>
  rows((page) => collection.find('byReference', { refersTo: reference }, page), PAGE);
