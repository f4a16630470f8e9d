import type { LdapEntry } from '../connection/answers.js';
import type { LdapConnection } from '../connection/ldap-connection.js';
import type { DirectoryParts } from '../directory-parts.js';
import { type GroupsRead, readGroups } from './read-groups.js';
import type { GroupsBySid } from './security-groups.js';

/** Reads the groups of many people as the service account, for one synchronization. What it read of groups it does not read again. */
export class GroupsOfRun {
  readonly #parts: DirectoryParts;
  readonly #own: LdapConnection | undefined;
  readonly #bySid: GroupsBySid = new Map();

  /** @param own the connection to use; absent: those of sign-ins */
  constructor(parts: DirectoryParts, own?: LdapConnection) {
    this.#parts = parts;
    this.#own = own;
  }

  /** The groups of each person, in the order of the entries, which have the attributes that `userAttributes` names. */
  async read(entries: readonly LdapEntry[]): Promise<readonly GroupsRead[]> {
    const all: GroupsRead[] = [];
    for (const entry of entries) all.push(await readGroups(this.#parts, entry, this.#own, this.#bySid));
    return all;
  }
}
