import { GatehouseError } from '../../base/errors.js';
import { nearest } from '../../base/text/nearest-word.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import type { UserIdentifiers } from '../../identity/identifiers/user-identifiers.js';
import type { Users } from '../../identity/users/users.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';

interface FindParts {
  readonly identifiers: Pick<UserIdentifiers, 'findUser' | 'holderOf'>;
  readonly users: Pick<Users, 'findByTerm'>;
}

/**
 * The user of `primary` with this name, or of the userstore that is named before it: `STORE/name`.
 *
 * @throws GatehouseError `bad-configuration` that suggests similar names
 */
export async function findUser({ identifiers, users }: FindParts, typed: string): Promise<Stored<User>> {
  const name = trimTyped(typed);
  const user = (await identifiers.findUser(name)) ?? (await inUserstore(identifiers, name));
  if (user) return user;
  const known = await alike(users, nameIn(name));
  const meant = known.get(nearest(nameIn(name), known.keys()) ?? '');
  throw new GatehouseError(
    'bad-configuration',
    `There is no user ${name}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
  );
}

/** Usernames have no slash, so nobody of `primary` is hidden. */
async function inUserstore(identifiers: FindParts['identifiers'], name: string): Promise<Stored<User> | undefined> {
  const slash = name.indexOf('/');
  return slash === -1 ? undefined : identifiers.holderOf(name.slice(0, slash).toLowerCase(), nameIn(name));
}

const nameIn = (name: string): string => name.slice(name.indexOf('/') + 1);

/** Names with the same prefix, with what to type for each: few, however many users there are. */
async function alike(users: FindParts['users'], name: string): Promise<ReadonlyMap<string, string>> {
  const [word = ''] = name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  const beginning = Array.from(word).slice(0, 2).join('');
  if (beginning === '') return new Map();
  const { rows } = await users.findByTerm(beginning, { limit: 100 });
  return new Map(
    rows.flatMap(({ username, userstore, email, emailVerified }) => {
      const prefix = userstore === PRIMARY_STORE ? '' : `${userstore}/`;
      const names = email !== undefined && emailVerified ? [username, email] : [username];
      return names.map((one) => [one, `${prefix}${one}`] as const);
    }),
  );
}
