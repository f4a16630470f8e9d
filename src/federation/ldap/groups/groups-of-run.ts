import type { LdapEntry } from '../connection/answers.js';
import type { LdapConnection } from '../connection/ldap-connection.js';
import type { DirectoryParts } from '../directory-parts.js';
import type { GroupsFault } from './group-entries.js';
import { type GroupsRead, readGroups } from './read-groups.js';
import type { GroupsBySid } from './security-groups.js';

/** Reads the groups of many people in one run. A group that was found by its SID is not read again. */
export class GroupsOfRun {
  readonly #parts: DirectoryParts;
  readonly #own: LdapConnection | undefined;
  readonly #bySid: GroupsBySid = new Map();

  /** @param own the connection of the run; absent: as the service account */
  constructor(parts: DirectoryParts, own?: LdapConnection) {
    this.#parts = parts;
    this.#own = own;
  }

  /**
   * The groups of each person, in the order of the entries, which have the attributes that `userAttributes` names. Once the directory is
   * unavailable, those of nobody else are asked for.
   */
  async read(entries: readonly LdapEntry[]): Promise<readonly GroupsRead[]> {
    const all: GroupsRead[] = [];
    let lost: GroupsFault | undefined;
    for (const entry of entries) {
      const read = lost ?? (await readGroups(this.#parts, entry, this.#own, this.#bySid));
      if (!read.ok && read.fault.kind === 'unavailable') lost = read;
      all.push(read);
    }
    return all;
  }
}
