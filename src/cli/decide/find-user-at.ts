import { userAt } from '../../access/time-travel/subject-at.js';
import type { Parts } from '../../app/parts.js';
import type { Instant } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import { firstEndedAfter } from '../../changes/history-at.js';
import type { DecidingUser } from '../../identity/users/access-relevant-fields.js';
import { findUser } from '../arguments/find-user.js';

type FindUserAtParts = Pick<Parts, 'realm' | 'personal' | 'identifiers' | 'users'>;

/**
 * A user as at an instant. Names are those of today; a user who was removed has none, and is named by id.
 * @throws GatehouseError `bad-configuration` if there was no such user then, or the user was erased; StoreUnavailable
 */
export async function findUserAt(parts: FindUserAtParts, typed: string, at: Instant): Promise<DecidingUser> {
  const past = await userAt(parts, await userIdOf(parts, trimTyped(typed)), at);
  const time = new Date(at).toISOString();
  switch (past.is) {
    case 'known':
      return past.subject;
    case 'not-yet':
      throw new GatehouseError(
        'bad-configuration',
        `The user ${typed} did not exist at ${time}, but was created later.`,
      );
    case 'gone':
      throw new GatehouseError('bad-configuration', `The user ${typed} was removed before ${time}.`);
    case 'erased':
      throw new GatehouseError(
        'bad-configuration',
        `The user ${typed} was erased. The history of their access cannot be read any more.`,
      );
  }
}

async function userIdOf(parts: FindUserAtParts, name: string): Promise<string> {
  const named = await parts.identifiers.findUser(name);
  if (named) return named.id;
  const isId =
    (await parts.users.get(name)) ?? (await firstEndedAfter(parts.realm, { kind: 'user', subject: name }, 0));
  return isId ? name : (await findUser(parts, name)).id;
}
