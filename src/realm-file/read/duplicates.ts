import { problem, type Problem } from '../../base/problems/problem.js';
import { foldEmail, foldIdentifier } from '../../identity/identifiers/normalize-identifier.js';
import type { RealmFileContent } from './schema.js';

/** Names that occur twice, so that the meant entry is unclear. */
export function duplicates({
  resourceServers,
  roles,
  groups,
  connectors,
  clients,
  users,
}: RealmFileContent): Problem[] {
  return [
    ...twice('resourceServers', 'identifier', resourceServers),
    ...twice('roles', 'name', roles),
    ...twice('groups', 'name', groups),
    ...twice('connectors', 'id', connectors),
    ...twice('clients', 'id', clients),
    ...identifiersTwice(users),
  ];
}

function twice<K extends string>(section: string, key: K, entries: readonly Readonly<Record<K, string>>[]): Problem[] {
  const seen = new Set<string>();
  return entries.flatMap((entry, i) => {
    const value = entry[key];
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [problem('in-file-twice', [section, i, key], { name: value })];
  });
}

/** Usernames and verified addresses share one collection, in normalized form. */
function identifiersTwice(users: RealmFileContent['users']): Problem[] {
  const holders = new Map<string, number>();
  return users.flatMap(({ username, email, emailVerified }, i) => {
    const claims = [{ field: 'username', text: username, folded: foldIdentifier(username) }];
    if (email !== undefined && emailVerified) claims.push({ field: 'email', text: email, folded: foldEmail(email) });
    return claims.flatMap(({ field, text, folded }) => {
      if (!folded.ok) return [];
      const holder = holders.get(folded.value) ?? i;
      holders.set(folded.value, holder);
      if (holder === i) return [];
      return [problem('identifier-in-file-twice', ['users', i, field], { name: text })];
    });
  });
}
