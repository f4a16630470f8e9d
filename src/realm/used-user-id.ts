import { spec } from '../storage/spec.js';
import { insert, put, type Write } from '../storage/write.js';

/** An id that a user or client has or had, and that no new user may get. Random ids of existing users are not listed. */
export type UsedUserId = {
  id: string;
  /**
   * A client's id, which another client may reuse: one `sub` must not mean a user and a client (RFC 9068 5). Clients created
   * before this was recorded are not listed.
   */
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

/** Conflicts if a user or client has or had it. */
export const claimUserId = (id: string): Write => insert(usedUserIds, { id });

/** Accompanies the removal of a user. */
export const keepUserId = (id: string): Write => put(usedUserIds, { id });

/** Conflicts if a user was given it meanwhile. */
export const claimClientId = (id: string): Write => insert(usedUserIds, { id, client: true });
