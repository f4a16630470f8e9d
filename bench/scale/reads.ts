import type { Parts } from '../../src/app/parts.js';
import type { Cursor } from '../../src/base/paging.js';
import type * as UserModule from '../../src/identity/users/user.js';
import type * as CursorModule from '../../src/storage/cursor.js';
import { idOf } from '../../scripts/generate/ids.ts';
import { usernameOf } from '../../scripts/generate/people.ts';
import { groupId, roleId } from '../../scripts/generate/structure.ts';
import { built } from '../servers/built.ts';

const { users } = (await built('identity/users/user.js')) as typeof UserModule;
const { cursorOf } = (await built('storage/cursor.js')) as typeof CursorModule;

/** Rows of a page: as many as the smallest store has of each kind. */
const LIMIT = 20;
/** A position in a list of everybody after nine tenths of them. */
const DEEP = 0.9;

export interface Read {
  readonly name: string;
  /** The minimum number of documents, so that no read measures an empty result. */
  readonly rows: number;
  /** One read for a random user. */
  readonly once: (parts: Parts, people: number) => Promise<number>;
}

const anybody = (people: number): number => Math.floor(Math.random() * people);
const rowsOf = async (page: Promise<{ readonly rows: readonly unknown[] }>): Promise<number> =>
  (await page).rows.length;
const one = async (found: Promise<unknown>): Promise<number> => ((await found) === undefined ? 0 : 1);

/** A cursor behind a user, without reading everything before. */
function behind(parts: Parts, at: number, query: { readonly name: string; readonly contains?: string }): Cursor {
  const place = { spec: users, realm: parts.realm.id };
  return cursorOf(place, { ...query, equal: [] }, { id: idOf(`user ${at}`), order: usernameOf(at) });
}

/** The store reads of pages and tokens, through the services. */
export const READS: readonly Read[] = [
  { name: 'a user by id', rows: 1, once: ({ users: of }, people) => one(of.get(idOf(`user ${anybody(people)}`))) },
  {
    name: 'a user by what they type',
    rows: 1,
    once: ({ identifiers: of }, people) => one(of.findUser(usernameOf(anybody(people)).toUpperCase())),
  },
  { name: 'the first page of everybody', rows: LIMIT, once: ({ users: of }) => rowsOf(of.list({ limit: LIMIT })) },
  {
    name: 'a deep page of everybody',
    rows: LIMIT,
    once: (parts, people) => {
      const after = behind(parts, Math.floor(people * DEEP), { name: 'all' });
      return rowsOf(parts.users.list({ limit: LIMIT, after }));
    },
  },
  {
    name: 'people by the beginning of a name',
    rows: LIMIT,
    once: ({ users: of }) => rowsOf(of.findByTerm('ad', { limit: LIMIT })),
  },
  {
    name: 'people below a group',
    rows: LIMIT,
    once: ({ users: of }) => rowsOf(of.listByGroup(groupId(0), { limit: LIMIT })),
  },
  {
    name: 'a deep page of people below a group',
    rows: LIMIT,
    once: (parts, people) => {
      const after = behind(parts, Math.floor(people / 2), { name: 'byGroup', contains: groupId(0) });
      return rowsOf(parts.users.listByGroup(groupId(0), { limit: LIMIT, after }));
    },
  },
  {
    name: 'people with a role',
    rows: LIMIT,
    once: ({ users: of }) => rowsOf(of.listByRole(roleId(0), { limit: LIMIT })),
  },
  {
    name: 'people who are disabled',
    rows: LIMIT,
    once: ({ realm }) => rowsOf(realm.of(users).find('byState', { state: 'disabled' }, { limit: LIMIT })),
  },
];
