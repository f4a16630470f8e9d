import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import type { LdapEntry } from './connection/answers.js';
import type { LdapConnection } from './connection/ldap-connection.js';
import type { DirectoryParts } from './directory-parts.js';
import { entryClaims, entryLevel } from './entry-claims.js';
import type { LdapFault } from './faults.js';
import { groupAttributes, groupAttributesOfBase, type GroupsRead, readGroups } from './groups/read-groups.js';

export interface IdentityRead {
  readonly identity: UpstreamIdentity;
  /** Why something is missing. */
  readonly missing?: LdapFault;
}

/** The attributes to read of a user's entry, each once. @param scope `base`: also those that only a base search may ask for */
export function userAttributes({ settings: { subject } }: DirectoryParts, scope?: 'base'): readonly string[] {
  const { id, names, attributes, account = {}, level } = subject;
  const judged = [...Object.values(account), level].filter((name) => name !== undefined);
  const all = [id, ...names, ...attributes, ...judged, ...groupAttributes(subject)];
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
  const identity = {
    ...{ subject, claims },
    ...(read.ok && read.groups && { groups: read.groups }),
    ...(level !== undefined && { level }),
  };
  if (!read.ok) return { identity, missing: read.fault };
  return { identity, ...(isCut && { missing: { kind: 'upstream-error', reason: 'too-many-values' } }) };
}
