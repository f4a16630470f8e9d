import { isPrototypeName, PROTOTYPE_NAME_FAULT } from '../base/prototype-names.js';
import { spec } from '../storage/spec.js';
import { insert, put, type Write } from '../storage/write.js';

/** An id that a user has or had and that nobody else ever gets. Those of living users with a random id are not here. */
export type UsedUserId = { id: string };

export const usedUserIds = spec<UsedUserId>()({
  name: 'usedUserIds',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

/** It stands in tokens as `sub`, in paths, and beside a client's id with a colon between. */
const USER_ID = /^[A-Za-z0-9][A-Za-z0-9._~@+=-]{0,127}$/;

/** Why nobody can have this id, as the end of a sentence; undefined: they can. */
export function userIdFault(id: string): string | undefined {
  if (!USER_ID.test(id)) {
    return 'has 1 to 128 characters: letters and digits of ASCII, and . _ ~ @ + = - after the first one.';
  }
  return isPrototypeName(id) ? PROTOTYPE_NAME_FAULT : undefined;
}

/** Refused with a conflict where somebody has or had it. */
export const claimUserId = (id: string): Write => insert(usedUserIds, { id });

/** Goes with the removal of a user. */
export const keepUserId = (id: string): Write => put(usedUserIds, { id });
