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
 * The user of `primary` with this username or verified e-mail address, or with `STORE/NAME` the one of that userstore.
 * @throws GatehouseError `bad-configuration` that suggests similar names
 */
export async function findUser({ identifiers, users }: FindParts, typed: string): Promise<Stored<User>> {
  const name = trimTyped(typed);
  const user = await findNamed(identifiers, name);
  if (user) return user;
  const known = await alike(users, name.slice(name.indexOf('/') + 1));
  const meant = known.get(nearest(name.slice(name.indexOf('/') + 1), known.keys()) ?? '');
  throw new GatehouseError(
    'bad-configuration',
    `There is no user ${name}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
  );
}

/** As a person may type the name at a sign-in, where a prefix chooses the userstore: no name has a slash. */
export function findNamed(identifiers: FindParts['identifiers'], name: string): Promise<Stored<User> | undefined> {
  const slash = name.indexOf('/');
  return slash === -1
    ? identifiers.findUser(name)
    : identifiers.holderOf(name.slice(0, slash).toLowerCase(), name.slice(slash + 1));
}

/** What to type for users whose names have the same prefix, by that name: few, however many users there are. */
async function alike(users: FindParts['users'], name: string): Promise<ReadonlyMap<string, string>> {
  const [word = ''] = name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  const beginning = Array.from(word).slice(0, 2).join('');
  if (beginning === '') return new Map();
  const { rows } = await users.findByTerm(beginning, { limit: 100 });
  return new Map(
    rows.flatMap(({ userstore, username, email, emailVerified }) =>
      (email !== undefined && emailVerified ? [username, email] : [username]).map((each) => [
        each,
        userstore === PRIMARY_STORE ? each : `${userstore}/${each}`,
      ]),
    ),
  );
}
