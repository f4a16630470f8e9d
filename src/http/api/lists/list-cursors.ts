import { GatehouseError } from '../../../base/errors.js';
import type { SealedAt, SecretBox } from '../../../base/crypto/secret-box.js';
import type { Cursor } from '../../../base/paging.js';
import type { Principal } from '../authentication/principal.js';

/** The cursors of one list, for one caller. */
export interface ListCursors {
  write(cursor: Cursor): string;
  /** Undefined if it was not written for this list and caller. */
  read(text: string): Cursor | undefined;
}

/**
 * The cursors of a list: a port.
 *
 * @param list what distinguishes it from the other lists of the operation, such as its filters. It has to be the same on each page.
 */
export type CursorsOf = (operationId: string, caller: Principal, list: unknown) => ListCursors;

/**
 * Cursors are sealed, since their content may be a name that the caller must not learn, such as the username of a user who is no item of the
 * list. The seal also proves that Gatehouse made the cursor, so services need not distrust it.
 */
export function sealedCursors(box: SecretBox, realm: string): CursorsOf {
  return (operationId, caller, list) => {
    const at: SealedAt = {
      realm,
      collection: 'lists',
      id: JSON.stringify([operationId, ...namesOf(caller), list]),
      field: 'cursor',
    };
    return {
      write: (cursor) => box.seal(at, cursor),
      read(text) {
        try {
          return box.open(at, text) as Cursor;
        } catch (error) {
          if (error instanceof GatehouseError && error.code === 'seal-broken') return undefined;
          throw error;
        }
      },
    };
  };
}

/** A user's list may differ from one client to another, as the user's subjects do. */
const namesOf = (caller: Principal): readonly string[] =>
  caller.kind === 'anonymous'
    ? [caller.kind]
    : [caller.kind, caller.client.id, ...(caller.kind === 'user' ? [caller.user.id] : [])];
