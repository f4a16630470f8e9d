import type { LdapEntry } from '../connection/answers.js';
import type { LdapConnection } from '../connection/ldap-connection.js';
import type { DirectoryParts } from '../directory-parts.js';
import { entryValues } from '../entry-claims.js';
import { failureFault, searchFault } from '../faults.js';
import {
  type FoundGroup,
  GROUPS_CUT,
  type GroupsFault,
  groupsFault,
  searchGroups,
  VALUES_PER_SEARCH,
} from './group-entries.js';
import { valueFilter } from '../names/attribute-values.js';
import { anyOf, isPresent, reachesInChain } from '../names/filters.js';

/** SIDs of all security groups of an account, with the primary group and groups around groups (MS-ADTS 3.1.1.4.5.19). */
export const TOKEN_GROUPS = 'tokenGroups';
/** What {@link primaryGroup} reads of a person. */
export const PRIMARY_GROUP = ['objectSid', 'primaryGroupID'] as const;

type Groups = { readonly ok: true; readonly found: readonly FoundGroup[] } | GroupsFault;

/** Groups by their SIDs, for as long as the caller keeps it. `undefined`: there is no such group below the base. */
export type GroupsBySid = Map<string, FoundGroup | undefined>;

/** SIDs that are remembered. */
const MOST_SIDS = 50_000;

/**
 * The groups of `tokenGroups`. SIDs without a group below the base, such as those of other domains, are left out.
 *
 * @param entry the person's, with the attribute if a base search read it
 */
export async function tokenGroups(
  parts: DirectoryParts,
  entry: LdapEntry,
  own: LdapConnection | undefined,
  known: GroupsBySid,
): Promise<Groups> {
  const token = entry.attributes.has(TOKEN_GROUPS.toLowerCase()) ? entry : await readToken(parts, entry.dn, own);
  if ('ok' in token) return token;
  if (token.cut?.has(TOKEN_GROUPS.toLowerCase())) return GROUPS_CUT;
  const sids = entryValues(token, TOKEN_GROUPS);
  // Every account has a primary group: without any, the service account may not read them.
  if (sids.length === 0) return groupsFault({ kind: 'misconfigured', reason: 'token-groups-unreadable' });
  return groupsOfSids(parts, sids, own, known);
}

async function readToken(
  { directory }: DirectoryParts,
  dn: string,
  own: LdapConnection | undefined,
): Promise<LdapEntry | GroupsFault> {
  const request = { base: dn, scope: 'base', filter: isPresent('objectClass'), attributes: [TOKEN_GROUPS] } as const;
  const answer = await (own ? own.search(request) : directory.search(request));
  if (!answer.ok) return groupsFault(failureFault(answer.failure));
  const fault = searchFault(answer.value.code, answer.value.referrals);
  const [entry] = answer.value.entries;
  if (fault) return groupsFault(fault);
  return entry ?? groupsFault({ kind: 'misconfigured', reason: 'token-groups-unreadable' });
}

async function groupsOfSids(
  parts: DirectoryParts,
  sids: readonly string[],
  own: LdapConnection | undefined,
  known: GroupsBySid,
): Promise<Groups> {
  const strange = sids.filter((sid) => !known.has(sid));
  if (known.size + strange.length > MOST_SIDS) known.clear();
  const asked = sids.filter((sid) => !known.has(sid));
  for (let at = 0; at < asked.length; at += VALUES_PER_SEARCH) {
    const some = asked.slice(at, at + VALUES_PER_SEARCH);
    const filters = some.flatMap((sid) => valueFilter('objectSid', sid) ?? []);
    const groups = await searchGroups(parts, anyOf(filters), own, ['objectSid']);
    if (!groups.ok) return groups;
    for (const sid of some) known.set(sid, undefined);
    for (const group of groups.found)
      for (const sid of group.entry ? entryValues(group.entry, 'objectSid') : []) known.set(sid, group);
  }
  return { ok: true, found: sids.flatMap((sid) => known.get(sid) ?? []) };
}

/**
 * The primary group, which no `member` and no `memberOf` tells (MS-ADTS 3.1.1.2.4.6): its SID is the person's with another last part. None, if
 * it is not below the base.
 *
 * @param entry the person's, with {@link PRIMARY_GROUP}
 */
export async function primaryGroup(
  parts: DirectoryParts,
  entry: LdapEntry,
  own: LdapConnection | undefined,
  known: GroupsBySid,
): Promise<Groups> {
  const [sid = '', ...otherSids] = entryValues(entry, 'objectSid');
  const [last = '', ...otherIds] = entryValues(entry, 'primaryGroupID');
  const domain = /^(S-1-5-21-.*)-\d+$/.exec(sid)?.[1];
  if (domain === undefined || !/^\d{1,10}$/.test(last) || otherSids.length + otherIds.length > 0)
    return groupsFault({ kind: 'misconfigured', reason: 'primary-group-unreadable' });
  return groupsOfSids(parts, [`${domain}-${last}`], own, known);
}

/** The groups that the person is in, directly or through others, and the primary group with those around it. The directory ends circles. */
export async function groupsInChain(
  parts: DirectoryParts,
  entry: LdapEntry,
  own: LdapConnection | undefined,
  known: GroupsBySid,
): Promise<Groups> {
  const primary = await primaryGroup(parts, entry, own, known);
  if (!primary.ok) return primary;
  const within = [entry.dn, ...primary.found.map(({ dn }) => dn.text)];
  const groups = await searchGroups(parts, anyOf(within.map((dn) => reachesInChain('member', dn))), own);
  return groups.ok ? { ok: true, found: [...primary.found, ...groups.found] } : groups;
}
