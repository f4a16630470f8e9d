import type { Instant } from '../../base/clock.js';
import type { Page, PageRequest } from '../../base/paging.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { type User, users } from './user.js';

/**
 * By which index field people are found: a role or group that they were given themselves, or what else their assignments name, as
 * `assignmentReferences` writes it.
 */
export type IndexedBy = { readonly by: 'all' } | { readonly by: 'role' | 'group' | 'reference'; readonly id: string };

/** How users are found. */
export class UserQueries {
  readonly #realm: Realm;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  get(id: string): Promise<Stored<User> | undefined> {
    return this.#realm.of(users).get(id);
  }

  list(page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('all', {}, page);
  }

  /** Those one of whose names has a word that begins so: with at most 16 characters, in lower case. */
  async findByTerm(term: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('byTerm', { terms: term }, page);
  }

  /** Those to whom this role is assigned directly, by an assignment that may begin later or have ended. */
  listByRole(roleId: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('byRole', { roleIds: roleId }, page);
  }

  /** Everybody below this group, however far; of somebody whose place has just changed perhaps not yet. */
  listByGroup(groupId: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('byGroup', { within: groupId }, page);
  }

  /** Those in this segment; of somebody of whom something has just changed perhaps not yet, or still. */
  listBySegment(segmentId: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('bySegment', { segments: segmentId }, page);
  }

  /** Those who have an assignment that the realm file of this name keeps. */
  listByFile(name: string, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('byFile', { files: name }, page);
  }

  /** Those whom an index field names, in the order of usernames, after this one. Nobody is missing whose own assignments name it. */
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

  /** Those with an assignment that is over at this moment. */
  listExpired(at: Instant, page: PageRequest): Promise<Page<Stored<User>>> {
    return this.#realm.of(users).find('expiring', { nextExpiry: { lte: at } }, page);
  }
}
