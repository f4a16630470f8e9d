import type { Instant } from '../base/clock.js';
import type { Realm } from '../storage/store.js';
import { sessions } from './session.js';

/**
 * Ends a session for good, at once. Its document stays until its expiry, so that no request that is still on its way can
 * bring it back. Ending what is gone or ended does nothing.
 */
export async function endSession(realm: Realm, uid: string, at: Instant): Promise<void> {
  await realm
    .of(sessions)
    .change(uid, ({ version: _, ...session }) =>
      session.endedAt === undefined ? { ...session, endedAt: at } : undefined,
    );
}
