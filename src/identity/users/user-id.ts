import { problem, type Problem } from '../../base/problems/problem.js';
import { prototypeNameFault } from '../../base/text/prototype-names.js';
import { clients } from '../../realm/clients/client.js';
import type { Realm } from '../../storage/store.js';

/**
 * The id is the `sub` in tokens, is part of paths, and precedes a client's id separated by a colon. Every id that `newId` makes
 * matches.
 */
const USER_ID = /^[A-Za-z0-9_][A-Za-z0-9._~@+=-]{0,127}$/;

/** Why no user can have this id; undefined if it is valid. */
export const userIdFault = (id: string): Problem | undefined =>
  USER_ID.test(id) ? prototypeNameFault(id) : problem('user-id-form', [], {});

/**
 * Whether a client has this id. Clients created since client ids are recorded are also found by the claim, which excludes
 * races.
 */
export const isClientId = async (realm: Realm, id: string): Promise<boolean> =>
  (await realm.of(clients).get(id)) !== undefined;
