import { userInfo } from 'node:os';
import { newId } from '../base/crypto/ids.js';
import type { Actor } from '../changes/actor.js';

/** The actor of the command line: the account that runs the command. */
export const hostActor = (): Actor => ({ kind: 'host', id: accountName(), requestId: newId() });

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // A container may run under a numeric id without a name.
  }
}
