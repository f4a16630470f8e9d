import type { Client } from '../realm/clients/client.js';

/** Whose name this is to a client with pairwise names (OpenID Connect Core 8.1); undefined: nobody's, or it has none. */
export type OpenPairwise = (sub: string, client: Client) => string | undefined;

/** The pairwise subject of a user for this client; undefined if it has none. */
export type MakePairwise = (userId: string, client: Client) => string | undefined;

/** The id that is meant by what a caller calls somebody. */
export type ResolveName = (name: string) => string;

/**
 * Callers name people by the `sub` of a token they hold. For a client with pairwise subjects, it can be decrypted for its own sector
 * only, without a search; for others it is the id. So it does not matter whether a caller is believed which client it was: a name that is
 * not that client's opens to nobody.
 *
 * @param knownBy the caller, and the client whose token it holds
 */
export const idsFor =
  (knownBy: readonly Client[], open: OpenPairwise): ResolveName =>
  (name) => {
    for (const client of knownBy) {
      const id = open(name, client);
      if (id !== undefined) return id;
    }
    return name;
  };

/** The caller's own name for a user: never that of another sector, which would make users traceable across sectors. */
export const nameFor =
  (caller: Client, make: MakePairwise): ((userId: string) => string) =>
  (userId) =>
    make(userId, caller) ?? userId;
