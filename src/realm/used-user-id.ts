import { spec } from '../storage/spec.js';
import { insert, put, type Write } from '../storage/write.js';

/** An id that a user or client has or had, and that no user ever gets. Those of living users with a random id are not here. */
export type UsedUserId = {
  id: string;
  /** A client's, which another client may get: one `sub` must not mean a user and a client (RFC 9068 5). Clients from before it was kept are not here. */
  client?: true;
};

export const usedUserIds = spec<UsedUserId>()({
  name: 'usedUserIds',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

/** Refused with a conflict where somebody, or a client, has or had it. */
export const claimUserId = (id: string): Write => insert(usedUserIds, { id });

/** Goes with the removal of a user. */
export const keepUserId = (id: string): Write => put(usedUserIds, { id });

/** Refused with a conflict where a user was given it meanwhile. */
export const claimClientId = (id: string): Write => insert(usedUserIds, { id, client: true });
