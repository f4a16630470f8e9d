import type { UpstreamGroup } from '../../identity/userstores/password-connector.js';
import type { LdapEntry } from './connection/answers.js';
import type { LdapConnection } from './connection/ldap-connection.js';
import type { DirectoryParts } from './directory-parts.js';
import { entryValues } from './entry-claims.js';
import { failureFault, type LdapFault, searchFault } from './faults.js';
import { type Dn, dnKey, parseDn } from '../../base/text/distinguished-name.js';
import { allOf, anyOf, equals } from './names/filters.js';

const MOST_GROUPS = 2000;
const MOST_LEVELS = 20;
/** Groups whose parents one search finds. */
const GROUPS_PER_SEARCH = 50;

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
 */
export async function readGroups(parts: DirectoryParts, entry: LdapEntry, own?: LdapConnection): Promise<GroupsRead> {
  const { groups: settings, names } = parts.settings.subject;
  const found = new Map<string, UpstreamGroup>();
  /** Returns the groups that were not known yet. */
  const add = (groups: readonly FoundGroup[]): readonly Dn[] => {
    const fresh = groups.filter(({ dn }) => !found.has(dnKey(dn)));
    for (const { dn, group } of fresh) found.set(dnKey(dn), group);
    return fresh.map(({ dn }) => dn);
  };
  let level: readonly Dn[];
  switch (settings.from) {
    case 'none':
      return { ok: true };
    case 'memberOf':
      level = add(entryValues(entry, MEMBER_OF).flatMap((text) => groupOfDn(text) ?? []));
      break;
    case 'search': {
      const members = settings.member === 'memberUid' ? entryValues(entry, names[0] ?? '') : [entry.dn];
      const groups = await searchGroups(parts, members, own);
      if (!groups.ok) return groups;
      level = add(groups.found);
    }
  }
  for (let depth = 1; settings.nested && level.length > 0; depth++) {
    if (depth > MOST_LEVELS) return { ok: false, fault: { kind: 'upstream-error', reason: 'groups-too-deep' } };
    const next: Dn[] = [];
    for (let at = 0; at < level.length; at += GROUPS_PER_SEARCH) {
      const members = level.slice(at, at + GROUPS_PER_SEARCH).map(({ text }) => text);
      const groups = await searchGroups(parts, members, own);
      if (!groups.ok) return groups;
      next.push(...add(groups.found));
      if (found.size > MOST_GROUPS) return TOO_MANY;
    }
    level = next;
  }
  return found.size > MOST_GROUPS ? TOO_MANY : { ok: true, groups: [...found.values()] };
}

/** The attributes of a person that {@link readGroups} reads. */
export function groupAttributes({ groups, names }: DirectoryParts['settings']['subject']): readonly string[] {
  if (groups.from === 'memberOf') return [MEMBER_OF];
  return groups.from === 'search' && groups.member === 'memberUid' ? names.slice(0, 1) : [];
}

const MEMBER_OF = 'memberOf';

const TOO_MANY = { ok: false, fault: { kind: 'upstream-error', reason: 'too-many-groups' } } as const;

interface FoundGroup {
  readonly dn: Dn;
  readonly group: UpstreamGroup;
}

async function searchGroups(
  parts: DirectoryParts,
  members: readonly string[],
  own: LdapConnection | undefined,
): Promise<
  { readonly ok: true; readonly found: readonly FoundGroup[] } | { readonly ok: false; readonly fault: LdapFault }
> {
  if (members.length === 0) return { ok: true, found: [] };
  const { directory, settings, groupFilter } = parts;
  const { groups, base } = settings.subject;
  const ofMembers = anyOf(members.map((member) => equals(groups.member, member)));
  const request = {
    base: groups.base ?? base,
    scope: 'sub',
    filter: allOf(groupFilter, ofMembers),
    attributes: [groups.name, groups.id],
  } as const;
  const answer = await directory.searchAll(request, MOST_GROUPS, own);
  if (!answer.ok) return { ok: false, fault: failureFault(answer.failure) };
  const { code, entries, isCut } = answer.value;
  const fault = searchFault(code, []);
  if (fault) return { ok: false, fault };
  if (isCut) return TOO_MANY;
  return { ok: true, found: entries.flatMap((entry) => groupOfEntry(entry, groups) ?? []) };
}

function groupOfEntry(
  entry: LdapEntry,
  { name, id: idAttribute }: { readonly name: string; readonly id: string },
): FoundGroup | undefined {
  const known = groupOfDn(entry.dn);
  if (!known) return undefined;
  const [id, ...others] = entryValues(entry, idAttribute);
  const names = entryValues(entry, name);
  // A group with several names goes by the one in its DN.
  const chosen = names.includes(known.group.name) ? known.group.name : (names[0] ?? known.group.name);
  const isId = id !== undefined && others.length === 0;
  return { dn: known.dn, group: { ...(isId && { id }), name: chosen, dn: entry.dn } };
}

/** The name is the value of the DN's first part, with its commas and quotes (RFC 4514). */
function groupOfDn(text: string): FoundGroup | undefined {
  const dn = parseDn(text);
  const name = dn?.rdns[0]?.[0]?.value;
  return dn && name !== undefined && name !== '' ? { dn, group: { name, dn: text } } : undefined;
}
