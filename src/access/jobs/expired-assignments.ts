import { type Instant, minutes, now } from '../../base/clock.js';
import { isOver } from '../../base/interval.js';
import { newId } from '../../base/crypto/ids.js';
import { type Page, type PageRequest, rows } from '../../base/paging.js';
import type { Actor } from '../../changes/actor.js';
import type { User } from '../../identity/users/user.js';
import type { Job } from '../../jobs/job.js';
import type { Client } from '../../realm/clients/client.js';
import type { Stored } from '../../storage/spec.js';
import type { AssignmentHolder, AssignmentOwner } from '../model/assign.js';
import type { Snapshots } from '../evaluation/snapshot.js';

export interface ExpiredAssignmentsParts {
  readonly users: AssignmentOwner<Stored<User>> & {
    /** Users with an assignment that has ended by this time. */
    listExpired(at: Instant, page: PageRequest): Promise<Page<Stored<User>>>;
  };
  readonly clients: AssignmentOwner<Stored<Client>> & { list(page: PageRequest): Promise<Page<Stored<Client>>> };
  readonly groups: AssignmentOwner<AssignmentHolder> & { indexPeopleBelow(id: string): Promise<number> };
  readonly snapshots: Pick<Snapshots, 'read'>;
}

/**
 * Removes expired assignments, and records that in audit and history. Nothing waits for it: an expired assignment grants
 * nothing from that moment on. Each write expects its holder unchanged, so no lease is needed. The next run handles holders
 * that changed meanwhile.
 */
export const expiredAssignmentsJob = (parts: ExpiredAssignmentsParts): Job => ({
  name: 'expired-assignments',
  every: minutes(5),
  async run(_held, signal) {
    const by: Actor = { kind: 'system', id: 'expired-assignments', requestId: newId() };
    const at = now();
    const tidy = async (owner: AssignmentOwner<unknown>, holder: AssignmentHolder): Promise<boolean> => {
      const left = holder.assignments.filter((assignment) => !isOver(assignment, at));
      if (left.length === holder.assignments.length) return false;
      return (await owner.replaceAssignments(by, holder.id, left, holder.version, 'expired')).ok;
    };
    for await (const user of rows((page) => parts.users.listExpired(at, page))) {
      if (signal.aborted) return;
      await tidy(parts.users, user);
    }
    for (const group of (await parts.snapshots.read()).groups.values()) {
      if (signal.aborted) return;
      const moves = group.assignments.some((assignment) => assignment.kind === 'membership' && isOver(assignment, at));
      if ((await tidy(parts.groups, group)) && moves) await parts.groups.indexPeopleBelow(group.id);
    }
    for await (const client of rows((page) => parts.clients.list(page))) {
      if (signal.aborted) return;
      await tidy(parts.clients, client);
    }
  },
});
