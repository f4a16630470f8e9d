import type { NewUser } from '../../src/identity/users/new-user.js';
import { by, type IdentityStore, made } from './identity-store.js';

export const at = (subject: string, connector = 'corp') => ({ connector, issuer: '', subject });

let people = 0;

/** Somebody who lives at `corp` unless told otherwise, with the link `upstream`. */
export async function directoryPerson(home: IdentityStore, more: Partial<NewUser> = {}) {
  const username = `person-${++people}`;
  const upstream = at(username);
  const user = made(await home.users.create(by, { username, userstore: 'corp', link: upstream, ...more }));
  return { user, upstream };
}
