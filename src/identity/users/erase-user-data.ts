import { PAGE_LIMIT } from '../../base/paging.js';
import { consents } from '../../sessions/consents/consent.js';
import { grants } from '../../sessions/grants/grant.js';
import { sessions } from '../../sessions/session.js';
import type { Realm } from '../../storage/store.js';
import { behaviours } from '../activity/activity.js';

/** Deletes a removed user's consents, and activity counted since. It may run again. */
export async function eraseConsents(realm: Realm, userId: string): Promise<void> {
  await realm.of(behaviours).remove(userId);
  while ((await realm.of(consents).removeWhere('byUser', { userId }, PAGE_LIMIT)) === PAGE_LIMIT);
}

/**
 * Deletes the sessions and grants of a removed user, which ended with the user, once the applications have been notified. It
 * may run again.
 */
export async function eraseSessions(realm: Realm, userId: string): Promise<void> {
  while ((await realm.of(sessions).removeWhere('byUser', { userId }, PAGE_LIMIT)) === PAGE_LIMIT);
  while ((await realm.of(grants).removeWhere('byUser', { userId }, PAGE_LIMIT)) === PAGE_LIMIT);
}
