import { isPrototypeName, PROTOTYPE_NAME_FAULT } from '../../base/text/prototype-names.js';
import { clients } from '../../realm/clients/client.js';
import type { Realm } from '../../storage/store.js';

/** It stands in tokens as `sub`, in paths, and beside a client's id with a colon between. */
const USER_ID = /^[A-Za-z0-9][A-Za-z0-9._~@+=-]{0,127}$/;

/** Why nobody can have this id, as the end of a sentence; undefined: they can. */
export function userIdFault(id: string): string | undefined {
  if (!USER_ID.test(id)) {
    return 'has 1 to 128 characters: letters and digits of ASCII, and . _ ~ @ + = - after the first one.';
  }
  return isPrototypeName(id) ? PROTOTYPE_NAME_FAULT : undefined;
}

/** Whether a client has this id. Those made since ids of clients are kept are found by the claim too, which no race gets past. */
export const isClientId = async (realm: Realm, id: string): Promise<boolean> =>
  (await realm.of(clients).get(id)) !== undefined;
