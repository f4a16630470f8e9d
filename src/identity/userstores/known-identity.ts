import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { identifiers } from '../identifiers/identifier.js';
import { type User, users } from '../users/user.js';
import type { KnownIdentity } from './password-connector.js';

/** The id of no user: an unknown name costs the same reads as a known one. */
export const NOBODY = 'nobody';

/**
 * The user of a name in a userstore. The name is looked up at once, the user on demand.
 *
 * @param onRead called with the id of the user that is about to be read, if the name is known, so that more can be read beside it
 */
export function knownIdentity(
  realm: Realm,
  userstore: string,
  name: string,
  onRead?: (userId: string) => void,
): Pick<KnownIdentity, 'user'> {
  const holder = realm.of(identifiers).findOne('value', { store: userstore, value: name });
  // A failure matters only to a caller that uses the result.
  holder.catch(() => undefined);
  let user: Promise<Stored<User> | undefined> | undefined;
  return {
    user: () =>
      (user ??= holder.then((identifier) => {
        if (identifier) onRead?.(identifier.userId);
        return realm.of(users).get(identifier?.userId ?? NOBODY);
      })),
  };
}
