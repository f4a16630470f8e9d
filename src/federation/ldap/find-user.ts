import type { Filter } from 'ldapts';
import type { LdapEntry } from './connection/answers.js';
import type { DirectoryParts } from './directory-parts.js';
import { failureFault, type LdapFault, searchFault } from './faults.js';
import { type Dn, isWithin, parseDn } from '../../base/text/distinguished-name.js';
import { allOf, anyOf, equals, isPresent } from './names/filters.js';

export type UserFound =
  | { readonly kind: 'found'; readonly entry: LdapEntry; readonly dn: Dn }
  /** The directory answered and has no such entry. */
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly fault: LdapFault };

/** Entries that a typed name means. The name is data: its characters have no meaning in the filter. */
export const namedFilter = ({ settings }: DirectoryParts, name: string): Filter =>
  anyOf(settings.subject.names.map((attribute) => equals(attribute, name)));

/** The one user of the base that matches. Several are a fault: a sign-in must not choose. */
export async function findUser(
  parts: DirectoryParts,
  filter: Filter,
  attributes: readonly string[],
): Promise<UserFound> {
  const { base, scope } = parts.settings.subject;
  const answer = await parts.directory.search({
    base,
    scope,
    filter: allOf(parts.userFilter, filter),
    attributes,
    sizeLimit: 2,
  });
  if (!answer.ok) return fault(failureFault(answer.failure));
  const { code, entries, referrals } = answer.value;
  const [entry, ...others] = entries;
  if (others.length > 0) return fault({ kind: 'misconfigured', reason: 'ambiguous-name' });
  const found = searchFault(code, referrals);
  if (found) return fault(found);
  return entry ? checked(parts, entry) : { kind: 'none' };
}

/** The entry of this DN. It is gone if the directory has no such entry, or none that the filter lets through. */
export async function readUser(
  parts: DirectoryParts,
  dn: Dn,
  attributes: readonly string[],
  search: DirectoryParts['directory']['search'],
): Promise<UserFound> {
  const filter = parts.userFilter ?? isPresent('objectClass');
  const answer = await search({ base: dn.text, scope: 'base', filter, attributes });
  if (!answer.ok) return fault(failureFault(answer.failure));
  const { code, entries, referrals } = answer.value;
  if (code === NO_SUCH_OBJECT) return { kind: 'none' };
  const found = searchFault(code, referrals);
  if (found) return fault(found);
  const [entry, ...others] = entries;
  if (others.length > 0) return fault({ kind: 'upstream-error', reason: 'answer-unexpected' });
  return entry ? checked(parts, entry) : { kind: 'none' };
}

const NO_SUCH_OBJECT = 32;

/** The directory chooses what it returns; we choose whom we let in. */
function checked(parts: DirectoryParts, entry: LdapEntry): UserFound {
  const dn = parseDn(entry.dn);
  if (!dn || !isWithin(dn, parts.base)) return fault({ kind: 'upstream-error', reason: 'entry-outside-base' });
  return { kind: 'found', entry, dn };
}

const fault = (found: LdapFault): UserFound => ({ kind: 'fault', fault: found });
