import type { UpstreamIdentity } from '../../identity/userstores/password-connector.js';
import type { LdapEntry } from './connection/answers.js';
import type { LdapConnection } from './connection/ldap-connection.js';
import type { DirectoryParts } from './directory-parts.js';
import { entryClaims, entryLevel } from './entry-claims.js';
import type { LdapFault } from './faults.js';
import { groupAttributes, readGroups } from './read-groups.js';

export interface IdentityRead {
  readonly identity: UpstreamIdentity;
  /** Why something is missing. */
  readonly missing?: LdapFault;
}

/** The attributes to read of a user's entry, each once. */
export function userAttributes({ settings: { subject } }: DirectoryParts): readonly string[] {
  const { id, names, attributes, account = {}, level } = subject;
  const judged = [account.locked, account.disabled, account.expired, level].filter((name) => name !== undefined);
  const all = [id, ...names, ...attributes, ...judged, ...groupAttributes(subject)];
  return [...new Map(all.map((name) => [name.toLowerCase(), name])).values()];
}

/** @param own the person's own connection; absent: as the service account */
export async function userIdentity(
  parts: DirectoryParts,
  subject: string,
  entry: LdapEntry,
  own?: LdapConnection,
): Promise<IdentityRead> {
  const { claims, isCut } = entryClaims(entry, parts.settings.subject);
  const read = await readGroups(parts, entry, own);
  const level = entryLevel(entry, parts.settings.subject);
  const identity = {
    ...{ subject, claims },
    ...(read.ok && read.groups && { groups: read.groups }),
    ...(level !== undefined && { level }),
  };
  if (!read.ok) return { identity, missing: read.fault };
  return { identity, ...(isCut && { missing: { kind: 'upstream-error', reason: 'too-many-values' } }) };
}
