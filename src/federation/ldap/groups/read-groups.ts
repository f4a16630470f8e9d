import type { UpstreamGroup } from '../../../identity/userstores/password-connector.js';
import type { LdapEntry } from '../connection/answers.js';
import type { LdapConnection } from '../connection/ldap-connection.js';
import type { DirectoryParts } from '../directory-parts.js';
import { entryValues } from '../entry-claims.js';
import type { LdapFault } from '../faults.js';
import {
  groupOfDn,
  GROUPS_CUT,
  type GroupsFound,
  groupsFault,
  GroupSet,
  searchGroups,
  VALUES_PER_SEARCH,
} from './group-entries.js';
import { anyOf, equals } from '../names/filters.js';
import {
  type GroupsBySid,
  groupsInChain,
  PRIMARY_GROUP,
  primaryGroup,
  TOKEN_GROUPS,
  tokenGroups,
} from './security-groups.js';

const MOST_LEVELS = 20;

export type GroupsRead =
  /** `groups` is absent if the settings read none. */
  | { readonly ok: true; readonly groups?: readonly UpstreamGroup[] }
  /** Incomplete groups are no groups: what is missing would look like a group that the person left. */
  | { readonly ok: false; readonly fault: LdapFault };

/**
 * The groups of a person, each once, with the groups that contain them if the settings say so. Groups in a circle end.
 *
 * @param entry the person's, with the attributes that {@link groupAttributes} names
 * @param own the person's own connection; absent: as the service account
 * @param known groups by their SIDs that a caller has read before
 */
export async function readGroups(
  parts: DirectoryParts,
  entry: LdapEntry,
  own?: LdapConnection,
  known: GroupsBySid = new Map(),
): Promise<GroupsRead> {
  const { groups: settings } = parts.settings.subject;
  if (settings.from === 'none') return { ok: true };
  const all = new GroupSet();
  const first = await directGroups(parts, entry, own, known);
  if (!first.ok) return first;
  let level = all.add(first.found);
  if (settings.primaryGroup && !BY_SID.has(settings.from)) {
    const primary = await primaryGroup(parts, entry, own, known);
    if (!primary.ok) return primary;
    level = [...level, ...all.add(primary.found)];
  }
  // The directory has followed the groups around groups itself.
  if (!settings.nested || BY_SID.has(settings.from)) return all.read();
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) return groupsFault({ kind: 'upstream-error', reason: 'groups-too-deep' });
    const next = [];
    for (let at = 0; at < level.length; at += VALUES_PER_SEARCH) {
      const members = level.slice(at, at + VALUES_PER_SEARCH).map(({ text }) => text);
      const groups = await groupsOf(parts, members, own);
      if (!groups.ok) return groups;
      next.push(...all.add(groups.found));
      if (all.isTooLarge) return all.read();
    }
    level = next;
  }
  return all.read();
}

/** Where the primary group and groups around groups are included. */
const BY_SID: ReadonlySet<string> = new Set(['tokenGroups', 'inChain']);

async function directGroups(
  parts: DirectoryParts,
  entry: LdapEntry,
  own: LdapConnection | undefined,
  known: GroupsBySid,
): Promise<GroupsFound> {
  const { groups: settings, names } = parts.settings.subject;
  switch (settings.from) {
    case 'none':
      return { ok: true, found: [] };
    case 'memberOf':
      if (entry.cut?.has(MEMBER_OF.toLowerCase())) return GROUPS_CUT;
      return { ok: true, found: entryValues(entry, MEMBER_OF).flatMap((text) => groupOfDn(text) ?? []) };
    case 'search':
      return groupsOf(parts, settings.member === 'memberUid' ? entryValues(entry, names[0] ?? '') : [entry.dn], own);
    case 'tokenGroups':
      return tokenGroups(parts, entry, own, known);
    case 'inChain':
      return groupsInChain(parts, entry, own, known);
  }
}

/** The attributes of a person that {@link readGroups} reads, and any search may ask for. */
export function groupAttributes({ groups, names }: DirectoryParts['settings']['subject']): readonly string[] {
  const primary = groups.primaryGroup ? PRIMARY_GROUP : [];
  switch (groups.from) {
    case 'memberOf':
      return [MEMBER_OF, ...primary];
    case 'search':
      return [...(groups.member === 'memberUid' ? names.slice(0, 1) : []), ...primary];
    case 'inChain':
      return PRIMARY_GROUP;
    case 'tokenGroups':
    case 'none':
      return [];
  }
}

/** The attributes that only a base search may ask for: in another one the directory fails the whole search. {@link readGroups} reads them, too. */
export const groupAttributesOfBase = ({ groups }: DirectoryParts['settings']['subject']): readonly string[] =>
  groups.from === 'tokenGroups' ? [TOKEN_GROUPS] : [];

const MEMBER_OF = 'memberOf';

async function groupsOf(
  parts: DirectoryParts,
  members: readonly string[],
  own: LdapConnection | undefined,
): Promise<GroupsFound> {
  if (members.length === 0) return { ok: true, found: [] };
  const { member } = parts.settings.subject.groups;
  return searchGroups(parts, anyOf(members.map((each) => equals(member, each))), own);
}
