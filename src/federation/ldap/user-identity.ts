import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import type { LdapEntry } from './connection/answers.js';
import type { LdapConnection } from './connection/ldap-connection.js';
import type { DirectoryParts } from './directory-parts.js';
import { entryClaims, entryLevel, entrySubject } from './entry-claims.js';
import type { LdapFault } from './faults.js';
import { groupAttributes, groupAttributesOfBase, type GroupsRead, readGroups } from './groups/read-groups.js';

export interface IdentityRead {
  readonly identity: UpstreamIdentity;
  /** Why something is missing. */
  readonly missing?: LdapFault;
}

/** The attribute by which people are known first, and the one that links change to or from. */
export const idAttributes = ({ settings: { subject }, otherId }: DirectoryParts): readonly string[] =>
  otherId === undefined ? [subject.id] : [subject.id, otherId];

/** The attributes to read of a user's entry, each once. @param scope `base`: also those that only a base search may ask for */
export function userAttributes(parts: DirectoryParts, scope?: 'base'): readonly string[] {
  const { subject } = parts.settings;
  const { names, attributes, account = {}, level } = subject;
  const judged = [...Object.values(account), level].filter((name) => name !== undefined);
  const all = [...idAttributes(parts), ...names, ...attributes, ...judged, ...groupAttributes(subject)];
  if (scope === 'base') all.push(...groupAttributesOfBase(subject));
  return [...new Map(all.map((name) => [name.toLowerCase(), name])).values()];
}

/** @param own the person's own connection; absent: as the service account */
export async function userIdentity(
  parts: DirectoryParts,
  subject: string,
  entry: LdapEntry,
  own?: LdapConnection,
): Promise<IdentityRead> {
  return identityOf(parts, subject, entry, await readGroups(parts, entry, own));
}

/** The identity of an entry whose groups have been read. */
export function identityOf(parts: DirectoryParts, subject: string, entry: LdapEntry, read: GroupsRead): IdentityRead {
  const { claims, isCut } = entryClaims(entry, parts.settings.subject);
  const level = entryLevel(entry, parts.settings.subject);
  const other = otherSubject(parts, subject, entry);
  const identity = {
    ...{ subject, claims },
    ...(other !== undefined && { otherSubject: other }),
    ...(read.ok && read.groups && { groups: read.groups }),
    ...(level !== undefined && { level }),
  };
  if (!read.ok) return { identity, missing: read.fault };
  return { identity, ...(isCut && { missing: { kind: 'upstream-error', reason: 'too-many-values' } }) };
}

/** What the entry has by the other id, if links change from one to another. */
function otherSubject(parts: DirectoryParts, subject: string, entry: LdapEntry): string | undefined {
  if (parts.otherId === undefined) return undefined;
  const read = idAttributes(parts).map((id) => entrySubject(entry, id));
  return read.flatMap((each) => (each.ok ? [each.subject] : [])).find((each) => each !== subject);
}
