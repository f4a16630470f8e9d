import { userInfo } from 'node:os';
import { newId } from '../base/crypto/ids.js';
import type { Actor } from '../changes/actor.js';

/** The actor of the command line: the account that runs the command. @param reason why, in its own words */
export const hostActor = (reason?: string): Actor => ({
  ...{ kind: 'host', id: accountName(), requestId: newId() },
  ...(reason !== undefined && { reason }),
});

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // A container may run under a numeric id without a name.
  }
}
