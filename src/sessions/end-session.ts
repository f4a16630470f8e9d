import { retryOnConflict } from '../base/retry-on-conflict.js';
import type { Instant } from '../base/clock.js';
import type { Realm } from '../storage/store.js';
import { replace, type Write } from '../storage/write.js';
import { sessionLogout } from './logout/logout.js';
import { sessions } from './session.js';

/**
 * Ends a session permanently and at once, and records that its applications have to be notified. Its document stays until it
 * expires, so that no request in flight can revive it. Does nothing if it is gone or ended.
 *
 * @param recorded the writes of its audit record, which share its commit; awaited while the session is read
 * @throws Error if concurrent changes won every time
 */
export async function endSession(
  realm: Realm,
  uid: string,
  at: Instant,
  recorded: Promise<readonly Write[]> | readonly Write[] = [],
): Promise<void> {
  const endOnce = async (): Promise<boolean> => {
    const [found, record] = await Promise.all([realm.of(sessions).get(uid), recorded]);
    if (!found || found.endedAt !== undefined) return true;
    const { version, ...session } = found;
    const ended = replace(sessions, { ...session, endedAt: at }, version);
    return (await realm.commit([ended, ...sessionLogout(session.userId, session.clients, at), ...record])).ok;
  };
  const isEnded = await retryOnConflict(endOnce, (ended) => !ended);
  if (!isEnded) throw new Error(`Session ${uid} could not be ended: it was changed all the time.`);
}
