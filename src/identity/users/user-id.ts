import { isPrototypeName, PROTOTYPE_NAME_FAULT } from '../../base/text/prototype-names.js';
import { clients } from '../../realm/clients/client.js';
import type { Realm } from '../../storage/store.js';

/** It is the `sub` in tokens, is part of paths, and stands before a client's id with a colon between. Every id that `newId` makes is one. */
const USER_ID = /^[A-Za-z0-9_][A-Za-z0-9._~@+=-]{0,127}$/;

/** Why nobody can have this id, as the end of a sentence; undefined: they can. */
export function userIdFault(id: string): string | undefined {
  if (!USER_ID.test(id)) {
    return 'has 1 to 128 characters: ASCII letters, digits and _ first, then also . ~ @ + = and -.';
  }
  return isPrototypeName(id) ? PROTOTYPE_NAME_FAULT : undefined;
}

/** Whether a client has this id. Those made since ids of clients are kept are found by the claim too, which no race gets past. */
export const isClientId = async (realm: Realm, id: string): Promise<boolean> =>
  (await realm.of(clients).get(id)) !== undefined;
