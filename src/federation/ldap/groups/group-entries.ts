import type { Filter } from 'ldapts';
import { type Dn, dnKey, parseDn } from '../../../base/text/distinguished-name.js';
import type { UpstreamGroup } from '../../../identity/userstores/password-connector.js';
import type { LdapEntry } from '../connection/answers.js';
import type { LdapConnection } from '../connection/ldap-connection.js';
import type { DirectoryParts } from '../directory-parts.js';
import { entryValues } from '../entry-claims.js';
import { failureFault, type LdapFault, searchFault } from '../faults.js';
import { allOf } from '../names/filters.js';

/** Groups of one person. */
const MOST_GROUPS = 2000;
/** Values that one search asks for. */
export const VALUES_PER_SEARCH = 50;

export interface GroupsFault {
  readonly ok: false;
  readonly fault: LdapFault;
}

export const groupsFault = (fault: LdapFault): GroupsFault => ({ ok: false, fault });

const TOO_MANY_GROUPS = groupsFault({ kind: 'upstream-error', reason: 'too-many-groups' });

/** Values are missing, and nobody knows which groups they name. */
export const GROUPS_CUT = groupsFault({ kind: 'upstream-error', reason: 'attribute-cut' });

/** A group of the directory, and where it is. */
export interface FoundGroup {
  readonly dn: Dn;
  readonly group: UpstreamGroup;
  readonly entry?: LdapEntry;
}

export type GroupsFound = { readonly ok: true; readonly found: readonly FoundGroup[] } | GroupsFault;

/** Groups, each once, whatever the spelling of its DN. */
export class GroupSet {
  readonly #groups = new Map<string, UpstreamGroup>();

  get isTooLarge(): boolean {
    return this.#groups.size > MOST_GROUPS;
  }

  /** Returns the DNs of groups that were not known yet. */
  add(groups: readonly FoundGroup[]): readonly Dn[] {
    const fresh: Dn[] = [];
    for (const { dn, group } of groups) {
      const key = dnKey(dn);
      if (this.#groups.has(key)) continue;
      this.#groups.set(key, group);
      fresh.push(dn);
    }
    return fresh;
  }

  /** A set that was cut would look like groups that the person left, so too many are a fault. */
  read(): { readonly ok: true; readonly groups: readonly UpstreamGroup[] } | GroupsFault {
    return this.isTooLarge ? TOO_MANY_GROUPS : { ok: true, groups: [...this.#groups.values()] };
  }
}

/**
 * The groups below their base that match.
 *
 * @param own the person's own connection; absent: as the service account
 * @param more attributes to read beside the name and the id
 */
export async function searchGroups(
  { directory, settings, groupFilter }: DirectoryParts,
  filter: Filter,
  own?: LdapConnection,
  more: readonly string[] = [],
): Promise<GroupsFound> {
  const { groups, base } = settings.subject;
  const request = {
    base: groups.base ?? base,
    scope: 'sub',
    filter: allOf(groupFilter, filter),
    attributes: [groups.name, groups.id, ...more],
  } as const;
  const answer = await directory.searchAll(request, MOST_GROUPS, own);
  if (!answer.ok) return groupsFault(failureFault(answer.failure));
  const { code, entries, isCut } = answer.value;
  const fault = searchFault(code, []);
  if (fault) return groupsFault(fault);
  if (isCut) return TOO_MANY_GROUPS;
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
  return { dn: known.dn, group: { ...(isId && { id }), name: chosen, dn: entry.dn }, entry };
}

/** The name is the value of the DN's first part, with its commas and quotes (RFC 4514). */
export function groupOfDn(text: string): FoundGroup | undefined {
  const dn = parseDn(text);
  const name = dn?.rdns[0]?.[0]?.value;
  return dn && name !== undefined && name !== '' ? { dn, group: { name, dn: text } } : undefined;
}
