import { type Instant, minutes, now } from '../../base/clock.js';
import type { Edge } from '../../base/assignment.js';
import { newId } from '../../base/crypto/ids.js';
import { PAGE_LIMIT, type Cursor, type Page, type PageRequest } from '../../base/paging.js';
import type { Actor } from '../../changes/actor.js';
import type { User } from '../../identity/users/user.js';
import type { Job } from '../../jobs/job.js';
import type { Client } from '../../realm/clients/client.js';
import type { Stored } from '../../storage/spec.js';
import type { EdgeHolder, EdgeOwner } from '../model/assign.js';
import type { Snapshots } from '../evaluation/snapshot.js';

export interface ExpiredEdgesParts {
  readonly users: EdgeOwner<Stored<User>> & {
    /** Those with an edge that is over at this moment. */
    listExpired(at: Instant, page: PageRequest): Promise<Page<Stored<User>>>;
  };
  readonly clients: EdgeOwner<Stored<Client>> & { list(page: PageRequest): Promise<Page<Stored<Client>>> };
  readonly groups: EdgeOwner<EdgeHolder> & { indexPeopleBelow(id: string): Promise<number> };
  readonly snapshots: Pick<Snapshots, 'read'>;
}

/**
 * Takes away what is over, and leaves it in audit and history. Nothing waits for it: an edge that is over gives nothing from that very
 * moment. What it writes expects its holder as it was read, so it needs no lease for that; who was changed meanwhile is next time's.
 */
export const expiredEdgesJob = (parts: ExpiredEdgesParts): Job => ({
  name: 'expired-edges',
  every: minutes(5),
  async run(_held, signal) {
    const by: Actor = { kind: 'system', id: 'expired-edges', requestId: newId() };
    const at = now();
    const tidy = async (owner: EdgeOwner<unknown>, holder: EdgeHolder): Promise<boolean> => {
      const left = holder.edges.filter((edge) => !isOver(edge, at));
      if (left.length === holder.edges.length) return false;
      return (await owner.replaceEdges(by, holder.id, left, holder.version, 'expired')).ok;
    };
    await eachRow(
      (page) => parts.users.listExpired(at, page),
      signal,
      (user) => tidy(parts.users, user),
    );
    for (const group of (await parts.snapshots.read()).groups.values()) {
      if (signal.aborted) return;
      const moves = group.edges.some((edge) => edge.kind === 'membership' && isOver(edge, at));
      if ((await tidy(parts.groups, group)) && moves) await parts.groups.indexPeopleBelow(group.id);
    }
    await eachRow(
      (page) => parts.clients.list(page),
      signal,
      (client) => tidy(parts.clients, client),
    );
  },
});

const isOver = ({ validUntil }: Edge, at: Instant): boolean => validUntil !== undefined && validUntil <= at;

async function eachRow<T>(
  read: (page: PageRequest) => Promise<Page<T>>,
  signal: AbortSignal,
  visit: (row: T) => Promise<unknown>,
): Promise<void> {
  let after: Cursor | undefined;
  do {
    const page: Page<T> = await read({ limit: PAGE_LIMIT, ...(after && { after }) });
    for (const row of page.rows) {
      if (signal.aborted) return;
      await visit(row);
    }
    after = page.next;
  } while (after);
}
