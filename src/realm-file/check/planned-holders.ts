import type { Holders } from '../../access/separation-of-duties/find-violations.js';
import type { Assignment } from '../../base/assignment.js';
import type { Page, PageRequest } from '../../base/paging.js';

interface PlannedHolder {
  readonly id: string;
  readonly username: string;
  readonly assignments: readonly Assignment[];
}

/**
 * All holders after part of a plan was applied. Changed users and clients come first in every result, since no index knows
 * their planned assignments.
 *
 * @param changed users and clients by id; new users by username
 */
export function plannedHolders(
  { users, clients }: Holders,
  changed: { readonly users: ReadonlyMap<string, PlannedHolder>; readonly clients: ReadonlyMap<string, PlannedHolder> },
): Holders {
  const over =
    <T extends { readonly id: string }>(
      instead: ReadonlyMap<string, T>,
      read: (page: PageRequest) => Promise<Page<T>>,
    ) =>
    async (page: PageRequest): Promise<Page<T>> => {
      const { rows, next } = await read(page);
      const others = rows.filter(({ id }) => !instead.has(id));
      return { rows: page.after ? others : [...instead.values(), ...others], ...(next && { next }) };
    };
  return {
    users: {
      list: over(changed.users, (page) => users.list(page)),
      listByRole: (role, page) => over(changed.users, (one) => users.listByRole(role, one))(page),
      listByGroup: (group, page) => over(changed.users, (one) => users.listByGroup(group, one))(page),
    },
    clients: {
      list: over<{ id: string; assignments: readonly Assignment[] }>(changed.clients, (page) => clients.list(page)),
    },
  };
}
