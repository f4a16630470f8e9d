import type { Instant } from '../base/clock.js';
import type { Realm } from '../storage/store.js';
import { replace } from '../storage/write.js';
import { sessionLogout } from './logout/logout.js';
import { sessions } from './session.js';

/** As often as somebody else may be faster. */
const TRIES = 16;

/**
 * Ends a session for good, at once, and leaves word for the applications that it was signed in to. Its document stays until its
 * expiry, so that no request that is still on its way can bring it back. Ending what is gone or ended does nothing.
 *
 * @throws Error when others changed it all the time
 */
export async function endSession(realm: Realm, uid: string, at: Instant): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await realm.of(sessions).get(uid);
    if (!found || found.endedAt !== undefined) return;
    const { version, ...session } = found;
    const ended = replace(sessions, { ...session, endedAt: at }, version);
    const outcome = await realm.commit([ended, ...sessionLogout(session.userId, session.clients, at)]);
    if (outcome.ok) return;
  }
  throw new Error(`Session ${uid} could not be ended: it was changed all the time.`);
}
