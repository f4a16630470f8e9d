import type { Instant } from '../../base/clock.js';
import type { Page, PageRequest } from '../../base/paging.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { type User, users } from './user.js';

/**
 * The index field for a query: a directly assigned role or group, or other targets of assignments as `assignmentReferences`
 * writes them.
 */
export type IndexedBy = { readonly by: 'all' } | { readonly by: 'role' | 'group' | 'reference'; readonly id: string };

/** Queries for users. */
export class UserQueries {
  readonly #realm: Realm;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  get(id: string): Promise<Stored<User> | undefined> {
    return this.#realm.of(users).get(id);
  }

  /** The existing ones, by id; at most PAGE_LIMIT ids. */
  getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Stored<User>>> {
    return this.#realm.of(users).getMany(ids);
  }

  list(page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('all', {}, page);
  }

  /** Users with a name that has a word with this prefix of at most 16 characters, in lower case. */
  async findByTerm(term: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('byTerm', { terms: term }, page);
  }

  /** Users to whom this role is assigned directly, including future and expired assignments. */
  listByRole(roleId: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('byRole', { roleIds: roleId }, page);
  }

  /** Users below this group, directly or indirectly; a recent move may not be included yet. */
  listByGroup(groupId: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('byGroup', { within: groupId }, page);
  }

  /** Users in this segment; recent changes may not be included yet. */
  listBySegment(segmentId: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('bySegment', { segments: segmentId }, page);
  }

  /** Users whose password and profile are in this userstore. */
  listByUserstore(userstore: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('byUserstore', { userstore }, page);
  }

  /** Users with an assignment that the realm file of this name maintains. */
  listByFile(name: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('byFile', { files: name }, page);
  }

  /** The users that an index field names, ordered by username, after this one. Complete for direct assignments. */
  async findNext(where: IndexedBy, after: string | undefined, limit: number): Promise<readonly Stored<User>[]> {
    const collection = this.#realm.of(users);
    const from = after === undefined ? {} : { username: { gt: after } };
    switch (where.by) {
      case 'all':
        return (await collection.find('all', from, { limit })).rows;
      case 'role':
        return (await collection.find('byRole', { ...from, roleIds: where.id }, { limit })).rows;
      case 'group':
        return (await collection.find('byGroup', { ...from, within: where.id }, { limit })).rows;
      case 'reference':
        return (await collection.find('byReference', { ...from, refersTo: where.id }, { limit })).rows;
    }
  }

  /** Users with an assignment that has ended by this time. */
  listExpired(at: Instant, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('expiring', { nextExpiry: { lte: at } }, page);
  }
}
