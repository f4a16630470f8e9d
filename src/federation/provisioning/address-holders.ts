import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import type { UserIdentifiers } from '../../identity/identifiers/user-identifiers.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';

/** The users of all userstores whom this address would sign in. */
export type AddressHolders = (email: string) => Promise<readonly Stored<User>[]>;

export const addressHolders =
  (
    connectors: { all(): Promise<ReadonlyMap<string, unknown>> },
    identifiers: Pick<UserIdentifiers, 'holderOf'>,
  ): AddressHolders =>
  async (email) => {
    const stores = [PRIMARY_STORE, ...(await connectors.all()).keys()];
    const found = await Promise.all(stores.map((store) => identifiers.holderOf(store, email)));
    return [...new Map(found.flatMap((user) => (user ? [[user.id, user]] : []))).values()];
  };
