import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Cursor, Page, PageRequest } from '../../src/base/paging.js';
import { searchActions, searchResources, searchSubjects, type SearchSources } from '../../src/decisions/search.js';
import { newUser } from '../../src/identity/users/new-user.js';
import type { User } from '../../src/identity/users/user.js';
import type { Client } from '../../src/realm/clients/client.js';
import type { Stored } from '../../src/storage/spec.js';
import { assignment, AT, ORDERS, server, snapshotOf } from '../access/world.js';

const READ = 'orders:read';
const snapshot = snapshotOf({
  groups: [],
  roles: [],
  servers: [
    {
      ...server(ORDERS, { [READ]: [], 'orders:write': [READ], 'orders:drop': [] }),
      instances: ['3', '1', '2'].map((id) => ({ type: 'order', id, attributes: [] })),
    },
  ],
});
const holding = (permission: string) => [assignment('permission', `${ORDERS} ${permission}`)];
const userAt = (at: number, assignments = holding(READ)): Stored<User> => {
  const name = `user-${String(at).padStart(5, '0')}`;
  return { ...newUser({ id: `id-of-${name}`, username: name }, [], 0), assignments, version: 1 };
};
const clientAt = (id: string, name: string) =>
  ({ id, name, assignments: holding(READ), version: 1 }) as unknown as Stored<Client>;

let users: Stored<User>[];
let clients: Stored<Client>[];
let read: number;
beforeEach(() => {
  users = [];
  // Two clients with one name.
  clients = [clientAt('b', 'Shop'), clientAt('c', 'Shop'), clientAt('a', 'Till')];
  read = 0;
});
const sources: SearchSources = {
  idOf: (name) => name,
  nameOf: (id) => id.replace('id-of-', ''),
  user: async (id) => users.find((user) => user.id === id),
  client: async (id) => clients.find((client) => client.id === id),
  behaviour: async () => undefined,
  sessions: async () => 1,
  people: {
    async findNext(_by, after, limit) {
      const rows = users.filter(({ username }) => after === undefined || username > after).slice(0, limit);
      read += rows.length;
      return rows;
    },
  },
  clients: {
    findNext: async (after, limit) =>
      clients
        .filter(({ name, id }) => !after || name > after.name || (name === after.name && id > after.id))
        .slice(0, limit),
  },
};
const resource = { type: 'order', id: '1' };
const subjects = (page: PageRequest, type = 'user', name = READ) =>
  searchSubjects({ subject: { type }, action: { name }, resource, page }, ORDERS, sources, snapshot, AT);

async function all<T>(
  search: (page: PageRequest) => Promise<Page<T>>,
  limit: number,
): Promise<readonly (readonly T[])[]> {
  const pages: (readonly T[])[] = [];
  let after: Cursor | undefined;
  do {
    const page: Page<T> = await search({ limit, ...(after !== undefined && { after }) });
    pages.push(page.rows);
    after = page.next;
  } while (after !== undefined);
  return pages;
}
const idsIn = (pages: readonly (readonly { readonly id: string }[])[]) => pages.map((page) => page.map(({ id }) => id));

describe('a search for users', () => {
  test('finds each that may, once, in pages', async () => {
    users = [
      userAt(1),
      userAt(2, []),
      userAt(3),
      userAt(4, holding('orders:write')),
      userAt(5, holding('orders:drop')),
    ];
    expect(idsIn(await all(subjects, 2))).toEqual([['user-00001', 'user-00003'], ['user-00004']]);
    // A candidate comes after the last result, so only an empty page says that it is none.
    expect(idsIn(await all(subjects, 3))).toEqual([['user-00001', 'user-00003', 'user-00004'], []]);
  });

  test('never finds a disabled user', async () => {
    users = [{ ...userAt(1), blocks: [{ by: 'administrator', since: 0 }] }, userAt(2)];
    expect(idsIn(await all(subjects, 10))).toEqual([['user-00002']]);
  });

  test('looks at a bounded number of candidates for a page, which may be empty and have a next one', async () => {
    users = Array.from({ length: 5000 }, (_, at) => userAt(at, at === 4999 ? holding(READ) : holding('orders:drop')));
    const first = await subjects({ limit: 10 });
    expect([first.rows, first.next]).toEqual([[], expect.any(String)]);
    expect(read).toBeLessThan(3000);
    expect(idsIn(await all(subjects, 10)).flat()).toEqual(['user-04999']);
  });
});

test('a search for clients continues after one of two with the same name', async () => {
  expect(idsIn(await all((page) => subjects(page, 'client'), 1))).toEqual([['b'], ['c'], ['a']]);
});

test('a search for subjects of a type that nobody has finds none', async () => {
  users = [userAt(1)];
  expect(await subjects({ limit: 10 }, 'spaceship')).toEqual({ rows: [] });
});

describe('a search for one subject', () => {
  const subject = { type: 'user', id: 'id-of-user-00001' };
  const actions = (page: PageRequest) => searchActions({ subject, resource, page }, ORDERS, sources, snapshot, AT);
  const resources = (type: string) => (page: PageRequest) =>
    searchResources({ subject, action: { name: READ }, resource: { type }, page }, ORDERS, sources, snapshot, AT);

  test('lists actions by name, in pages', async () => {
    users = [userAt(1, holding('orders:write'))];
    expect(await all(actions, 1)).toEqual([[{ name: READ }], [{ name: 'orders:write' }]]);
  });

  test('lists declared resources of its type by id, in pages', async () => {
    users = [userAt(1)];
    expect(idsIn(await all(resources('order'), 2))).toEqual([['1', '2'], ['3']]);
    expect(await all(resources('invoice'), 2)).toEqual([[]]);
  });

  test('finds nothing for nobody', async () => {
    expect([await actions({ limit: 5 }), await resources('order')({ limit: 5 })]).toEqual([{ rows: [] }, { rows: [] }]);
  });
});
