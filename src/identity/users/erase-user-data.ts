import { PAGE_LIMIT } from '../../base/paging.js';
import { consents } from '../../sessions/consents/consent.js';
import { grants } from '../../sessions/grants/grant.js';
import { sessions } from '../../sessions/session.js';
import type { Realm } from '../../storage/store.js';
import { behaviours } from '../activity/activity.js';

/** Removes what a removed user agreed to and what was counted of them since. It may run again. */
export async function eraseConsents(realm: Realm, userId: string): Promise<void> {
  await realm.of(behaviours).remove(userId);
  while ((await realm.of(consents).removeWhere('byUser', { userId }, PAGE_LIMIT)) === PAGE_LIMIT);
}

/**
 * Removes the sessions and grants of a removed user, which are dead since the user is gone: only once the applications have been told of the
 * sessions. It may run again.
 */
export async function eraseSessions(realm: Realm, userId: string): Promise<void> {
  while ((await realm.of(sessions).removeWhere('byUser', { userId }, PAGE_LIMIT)) === PAGE_LIMIT);
  while ((await realm.of(grants).removeWhere('byUser', { userId }, PAGE_LIMIT)) === PAGE_LIMIT);
}
