import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { identifiers } from '../identifiers/identifier.js';
import { type User, users } from '../users/user.js';
import type { KnownIdentity } from './password-connector.js';

/** The id of no user: an unknown name costs the same reads as a known one. */
export const NOBODY = 'nobody';

/** Our stored data for a typed name in one userstore. */
export interface NamedUser extends Pick<KnownIdentity, 'user'> {
  /** The user of this id, to whom a link leads. It is not read again if it is the user of the name. */
  readonly userOf: (id: string) => Promise<Stored<User> | undefined>;
}

/**
 * The users of a name in each of these userstores. The names are looked up at once. The users are read on demand, all in one message: a name
 * that the first userstore does not know costs no read more.
 *
 * @param onRead called with the id of a user who is asked for, right before the read, so that more can be read beside it
 */
export function knownIdentities<Connector extends { readonly id: string }>(
  realm: Realm,
  connectors: readonly Connector[],
  name: string,
  onRead: (userId: string) => void,
): readonly { readonly connector: Connector; readonly known: NamedUser }[] {
  const named = connectors.map(({ id }) => realm.of(identifiers).findOne('value', { store: id, value: name }));
  // A failure matters only to a caller that uses the result.
  for (const holder of named) holder.catch(() => undefined);
  let reading: Promise<readonly (Stored<User> | undefined)[]> | undefined;
  const read = async (asked: number) => {
    const holders = await Promise.all(named);
    const holder = holders[asked];
    if (holder) onRead(holder.userId);
    return Promise.all(holders.map((one) => realm.of(users).get(one?.userId ?? NOBODY)));
  };
  return connectors.map((connector, at) => ({
    connector,
    known: {
      async user() {
        const others = reading;
        reading ??= read(at);
        const holder = others && (await named[at]);
        if (holder) onRead(holder.userId);
        return (await reading)[at];
      },
      async userOf(id) {
        const user = (await reading)?.[at];
        if (user?.id === id) return user;
        onRead(id);
        return realm.of(users).get(id);
      },
    },
  }));
}
