import { foldEmail, foldIdentifier } from '../../identity/identifiers/normalize-identifier.js';
import type { Path } from './problem.js';
import type { RealmFileContent } from './schema.js';

interface DuplicateFault {
  readonly path: Path;
  readonly message: string;
}

/** Names that occur twice, so that the meant entry is unclear. */
export function duplicates({ resourceServers, roles, groups, clients, users }: RealmFileContent): DuplicateFault[] {
  return [
    ...twice('resourceServers', 'identifier', resourceServers),
    ...twice('roles', 'name', roles),
    ...twice('groups', 'name', groups),
    ...twice('clients', 'id', clients),
    ...identifiersTwice(users),
  ];
}

function twice<K extends string>(
  section: string,
  key: K,
  entries: readonly Readonly<Record<K, string>>[],
): DuplicateFault[] {
  const seen = new Set<string>();
  return entries.flatMap((entry, i) => {
    const value = entry[key];
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [{ path: [section, i, key], message: `${value} is in the file twice.` }];
  });
}

/** Usernames and verified addresses share one collection, in normalized form. */
function identifiersTwice(users: RealmFileContent['users']): DuplicateFault[] {
  const holders = new Map<string, number>();
  return users.flatMap(({ username, email, emailVerified }, i) => {
    const claims = [{ field: 'username', text: username, folded: foldIdentifier(username) }];
    if (email !== undefined && emailVerified) claims.push({ field: 'email', text: email, folded: foldEmail(email) });
    return claims.flatMap(({ field, text, folded }) => {
      if (!folded.ok) return [];
      const holder = holders.get(folded.value) ?? i;
      holders.set(folded.value, holder);
      if (holder === i) return [];
      return [{ path: ['users', i, field], message: `${text} is in the file twice, whatever its case and width.` }];
    });
  });
}
