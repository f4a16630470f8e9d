import type { Filter } from 'ldapts';
import { domainOf, type ForestDomain } from './active-directory/domains.js';
import type { LdapEntry } from './connection/answers.js';
import type { SearchAs } from './connection/directory.js';
import type { DirectoryParts } from './directory-parts.js';
import { entrySubject } from './entry-claims.js';
import { failureFault, type LdapFault, searchFault } from './faults.js';
import { type Dn, dnKey, isWithin, parseDn } from '../../base/text/distinguished-name.js';
import { valueFilter } from './names/attribute-values.js';
import { allOf, anyOf, equals, isPresent } from './names/filters.js';

export type UserFound =
  | { readonly kind: 'found'; readonly entry: LdapEntry; readonly dn: Dn }
  /** The directory answered and has no such entry. */
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly fault: LdapFault };

/** The one user whom a typed name means. The name is data: its characters have no meaning in the filter. */
export async function findNamed(
  parts: DirectoryParts,
  name: string,
  attributes: readonly string[],
): Promise<UserFound> {
  const { names, downLevel } = parts.settings.subject;
  const [domain = '', account, ...more] = name.split('\\');
  if (downLevel === undefined || account === undefined)
    return findUser(parts, anyOf(names.map((attribute) => equals(attribute, name))), attributes);
  if (account === '' || more.length > 0) return { kind: 'none' };
  const known = await parts.domains.read();
  if (known.kind === 'fault') return known;
  const isMeant = ({ name: other }: ForestDomain): boolean => other.toLowerCase() === domain.toLowerCase();
  if (!known.domains.some(isMeant)) return { kind: 'none' };
  const found = await findUser(parts, equals(downLevel, account), attributes);
  if (found.kind !== 'found') return found;
  // Another domain has people of the same names.
  const own = domainOf(known.domains, found.dn);
  return own && isMeant(own) ? found : { kind: 'none' };
}

/**
 * The one user of the bases that matches. Several are a fault: a sign-in must not choose.
 *
 * @param search absent: as the service account
 */
async function findUser(
  parts: DirectoryParts,
  filter: Filter,
  attributes: readonly string[],
  search: SearchAs = (request) => parts.directory.search(request),
): Promise<UserFound> {
  const found = new Map<string, Extract<UserFound, { kind: 'found' }>>();
  for (const base of parts.bases) {
    const answer = await search({
      base: base.text,
      scope: parts.settings.subject.scope,
      filter: allOf(parts.userFilter, filter),
      attributes,
      sizeLimit: 2,
    });
    if (!answer.ok) return fault(failureFault(answer.failure));
    const { code, entries, referrals } = answer.value;
    if (entries.length > 1) return AMBIGUOUS;
    const failed = searchFault(code, referrals);
    if (failed) return fault(failed);
    for (const entry of entries) {
      const user = checked(parts, entry);
      if (user.kind !== 'found') return user;
      // Bases may overlap.
      found.set(dnKey(user.dn), user);
    }
  }
  const [user, ...others] = found.values();
  return others.length > 0 ? AMBIGUOUS : (user ?? { kind: 'none' });
}

/**
 * The user of the id that never changes. The directory chooses what it returns: another id than the one asked for is a fault. While links
 * change from one id to another, the subject may be either.
 *
 * @param attributes `idAttributes` among them
 * @param search absent: as the service account
 */
export async function findSubject(
  parts: DirectoryParts,
  subject: string,
  attributes: readonly string[],
  search?: SearchAs,
): Promise<UserFound> {
  if (!parts.service) return fault({ kind: 'misconfigured', reason: 'no-service-account' });
  const found = await findById(parts, parts.settings.subject.id, subject, attributes, search);
  return found.kind === 'none' && parts.otherId !== undefined
    ? findById(parts, parts.otherId, subject, attributes, search)
    : found;
}

async function findById(
  parts: DirectoryParts,
  id: string,
  subject: string,
  attributes: readonly string[],
  search?: SearchAs,
): Promise<UserFound> {
  const filter = valueFilter(id, subject);
  if (!filter) return { kind: 'none' };
  const found = await findUser(parts, filter, attributes, search);
  if (found.kind !== 'found') return found;
  const read = entrySubject(found.entry, id);
  if (!read.ok) return fault({ kind: 'misconfigured', reason: read.reason });
  if (read.subject !== subject) return fault({ kind: 'upstream-error', reason: 'answer-unexpected' });
  return found;
}

/** The entry of this DN. It is gone if the directory has no such entry, or none that the filter lets through. */
export async function readUser(
  parts: DirectoryParts,
  dn: Dn,
  attributes: readonly string[],
  search: SearchAs,
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
function checked({ bases }: DirectoryParts, entry: LdapEntry): UserFound {
  const dn = parseDn(entry.dn);
  if (!dn || !bases.some((base) => isWithin(dn, base)))
    return fault({ kind: 'upstream-error', reason: 'entry-outside-base' });
  return { kind: 'found', entry, dn };
}

const AMBIGUOUS = { kind: 'fault', fault: { kind: 'misconfigured', reason: 'ambiguous-name' } } as const;

const fault = (found: LdapFault): UserFound => ({ kind: 'fault', fault: found });
