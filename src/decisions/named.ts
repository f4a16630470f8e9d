import type { Client } from '../realm/clients/client.js';

/** Resolves a pairwise subject of a client (OpenID Connect Core 8.1); undefined if it is nobody's, or the client has none. */
export type OpenPairwise = (sub: string, client: Client) => string | undefined;

/** The pairwise subject of a user for this client; undefined if it has none. */
export type MakePairwise = (userId: string, client: Client) => string | undefined;

/** Resolves a caller's name for a user to an id. */
export type ResolveName = (name: string) => string;

/**
 * Callers name users by the `sub` of a token. For a client with pairwise subjects, it can be decrypted for its own sector only,
 * without a search; for other clients it is the id. The client that a caller claims therefore need not be trusted: another
 * sector's name does not resolve.
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
