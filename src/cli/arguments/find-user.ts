import { GatehouseError } from '../../base/errors.js';
import { nearest } from '../../base/text/nearest-word.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import type { UserIdentifiers } from '../../identity/identifiers/user-identifiers.js';
import type { Users } from '../../identity/users/users.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';

interface FindParts {
  readonly identifiers: Pick<UserIdentifiers, 'findUser'>;
  readonly users: Pick<Users, 'findByTerm'>;
}

/** @throws GatehouseError `bad-configuration` that suggests similar names */
export async function findUser({ identifiers, users }: FindParts, typed: string): Promise<Stored<User>> {
  const name = trimTyped(typed);
  const user = await identifiers.findUser(name);
  if (user) return user;
  const known = await alike(users, name);
  const meant = nearest(name, known);
  throw new GatehouseError(
    'bad-configuration',
    `There is no user ${name}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
  );
}

/** Users whose names have the same prefix: few, however many users there are. */
async function alike(users: FindParts['users'], name: string): Promise<string[]> {
  const [word = ''] = name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  const beginning = Array.from(word).slice(0, 2).join('');
  if (beginning === '') return [];
  const { rows } = await users.findByTerm(beginning, { limit: 100 });
  return rows.flatMap(({ username, email, emailVerified }) =>
    email !== undefined && emailVerified ? [username, email] : [username],
  );
}
