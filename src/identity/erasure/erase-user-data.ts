import { auditTerms } from '../../audit/search/audit-terms.js';
import { now } from '../../base/clock.js';
import { PAGE_LIMIT, rows } from '../../base/paging.js';
import { history } from '../../changes/history.js';
import { consents } from '../../sessions/consents/consent.js';
import { grants } from '../../sessions/grants/grant.js';
import { logouts, sessionLogout } from '../../sessions/logout/logout.js';
import { sessions } from '../../sessions/session.js';
import type { Realm } from '../../storage/store.js';
import { remove } from '../../storage/write.js';
import { behaviours } from '../activity/activity.js';

/** Each comes with at most one entry for its applications, in one commit. */
const SESSIONS = 30;

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

/**
 * Deletes everything that is found by the id of an erased person, at once. Applications are notified of the sessions that ended
 * all the same. It may be interrupted anywhere, and run again.
 */
export async function eraseTraces(realm: Realm, userId: string): Promise<void> {
  await eraseConsents(realm, userId);
  if (await isToBeNotified(realm, userId)) await detachLogouts(realm, userId);
  await eraseSessions(realm, userId);
  await eraseOpenHistory(realm, userId);
  // Some are still written with the links of the person's last records: the removal job comes after these.
  while ((await realm.of(auditTerms).removeWhere('byPerson', { person: userId }, PAGE_LIMIT)) === PAGE_LIMIT);
}

/** Whether applications still have to be notified of the end of this user's sessions. */
export async function isToBeNotified(realm: Realm, userId: string): Promise<boolean> {
  for await (const logout of rows((page) => realm.of(logouts).find('all', {}, page))) {
    if (logout.kind === 'user' && logout.userId === userId) return true;
  }
  return false;
}

/**
 * Replaces each session by an entry that names only its applications. An application that was notified already may hear of the
 * same session again: back-channel logout is delivered at least once.
 */
async function detachLogouts(realm: Realm, userId: string): Promise<void> {
  for (;;) {
    const found = (await realm.of(sessions).find('byUser', { userId }, { limit: SESSIONS })).rows;
    if (found.length === 0) return;
    const at = now();
    const writes = found.flatMap(({ id, endedAt, clients }) => [
      // A session that ended earlier has an entry of its own.
      ...(endedAt === undefined ? sessionLogout(userId, clients, at) : []),
      remove(sessions, id),
    ]);
    // Refused if another process removed one of them meanwhile: the next round reads again.
    await realm.commit(writes);
  }
}

/** Deletes the rows of a release that did not seal the access of users. */
async function eraseOpenHistory(realm: Realm, userId: string): Promise<void> {
  const collection = realm.of(history);
  for await (const row of rows((page) => collection.find('ofSubject', { kind: 'user', subject: userId }, page))) {
    if (row.access !== undefined) await collection.remove(row.id);
  }
}
