import type { ReadUser } from '../../contract/upstream-reader.js';
import type { DirectoryParts } from '../directory-parts.js';
import { accountBar } from '../entry-claims.js';
import type { LdapFault } from '../faults.js';
import type { GroupsOfRun } from '../groups/groups-of-run.js';
import { identityOf, userAttributes } from '../user-identity.js';
import { changeMark, MARK_ATTRIBUTES } from './change-mark.js';
import type { SubjectEntry } from './read-bases.js';

export type UsersRead =
  | { readonly ok: true; readonly users: readonly ReadUser[]; readonly missing: readonly LdapFault[] }
  /** The connection for groups was lost. */
  | { readonly ok: false; readonly fault: LdapFault };

const NOT_READ = { ok: false, fault: { kind: 'upstream-error', reason: 'answer-unexpected' } } as const;

/** The attributes to read of every user. */
export const readingAttributes = (parts: DirectoryParts): readonly string[] => [
  ...new Map([...userAttributes(parts), ...MARK_ATTRIBUTES].map((name) => [name.toLowerCase(), name])).values(),
];

/** Makes users of the entries of one page. Groups that cannot be read whole are not told. `missing`: why something of a user is not told. */
export async function readUsers(
  parts: DirectoryParts,
  entries: readonly SubjectEntry[],
  groups: GroupsOfRun,
): Promise<UsersRead> {
  const users: ReadUser[] = [];
  const missing: LdapFault[] = [];
  const groupsOf = await groups.read(entries.map(({ entry }) => entry));
  for (const [at, { subject, entry }] of entries.entries()) {
    const read = identityOf(parts, subject, entry, groupsOf[at] ?? NOT_READ);
    if (read.missing?.kind === 'unavailable') return { ok: false, fault: read.missing };
    if (read.missing) missing.push(read.missing);
    const mark = changeMark(entry);
    users.push({
      identity: read.identity,
      standing: accountBar(entry, parts.settings.subject) ?? 'active',
      ...(mark !== undefined && { changeMark: mark }),
    });
  }
  return { ok: true, users, missing };
}
