import type { MappedUser } from '../../../../src/federation/mapping/map-identity.js';
import type { PlannedPerson, WantedName } from '../../../../src/federation/sync/plan/planned-person.js';
import type { IdentityLink } from '../../../../src/identity/links/identity-link.js';
import type { User } from '../../../../src/identity/users/user.js';
import type { Stored } from '../../../../src/storage/spec.js';

/** A user of the directory `corp`. */
export const userOf = (id: string, fields: Partial<Stored<User>> = {}): Stored<User> => ({
  ...{ id, createdAt: 0, since: 0, version: 1, blocks: [], state: 'active', userstore: 'corp', username: id },
  ...{ profile: {}, emailVerified: false, attributes: [], assignments: [], within: [], roleIds: [], terms: [] },
  ...fields,
});

/** The link of the user with this id, to the subject of that name. */
export const linkOf = (id: string, fields: Partial<IdentityLink> = {}): Stored<IdentityLink> => ({
  ...{ id: `link of ${id}`, userId: id, connector: 'corp', issuer: '', subject: id, linkedAt: 0, version: 1 },
  ...fields,
});

const NOTHING_MAPPED: MappedUser = {
  ...{ emailVerified: false, profile: {}, attributes: [], groups: [], owned: [], trace: [], problems: [] },
};

/** Somebody linked, who would get these names. */
export function linkedPerson(
  id: string,
  wants: readonly WantedName[],
  fields: Partial<User> = {},
): Extract<PlannedPerson, { readonly kind: 'linked' }> {
  const [username, email] = (['username', 'email'] as const).map((of) => wants.find((want) => want.of === of)?.value);
  return {
    ...{ kind: 'linked', base: 'ou=people', mapped: NOTHING_MAPPED, access: undefined, wants },
    read: { identity: { subject: id, claims: new Map() }, standing: 'active' },
    ...{ link: linkOf(id), user: userOf(id, fields) },
    wished: {
      ...(username !== undefined && { username }),
      ...(email !== undefined && { email, emailVerified: true }),
    },
  };
}
