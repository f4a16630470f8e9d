import type { LdapEntry } from '../connection/answers.js';
import type { DirectoryParts } from '../directory-parts.js';
import { type GroupsRead, readGroups } from './read-groups.js';
import type { GroupsBySid } from './security-groups.js';

/** Reads the groups of many people as the service account, for one synchronization. What it read of groups it does not read again. */
export class GroupsOfRun {
  readonly #parts: DirectoryParts;
  readonly #bySid: GroupsBySid = new Map();

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** The groups of each person, in the order of the entries, which have the attributes that `userAttributes` names. */
  async read(entries: readonly LdapEntry[]): Promise<readonly GroupsRead[]> {
    const all: GroupsRead[] = [];
    for (const entry of entries) all.push(await readGroups(this.#parts, entry, undefined, this.#bySid));
    return all;
  }
}
