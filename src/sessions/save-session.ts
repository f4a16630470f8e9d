import { now } from '../base/clock.js';
import type { Stored } from '../storage/spec.js';
import type { Realm } from '../storage/store.js';
import { replace } from '../storage/write.js';
import { sessionLogout } from './logout/logout.js';
import { mergeSession } from './merge-session.js';
import { type Session, type SessionClient, sessions } from './session.js';

/**
 * Saves a session that was read as `base` (undefined if new), merging it with concurrent changes. Applications that it leaves
 * are notified. Returns the session as stored; undefined if it has ended, which no save undoes.
 */
export async function saveSession(
  realm: Realm,
  base: Stored<Session> | undefined,
  ours: Session,
): Promise<Session | undefined> {
  const collection = realm.of(sessions);
  if (!base) {
    const inserted = await collection.insert(ours);
    return inserted.ok ? inserted.value : undefined;
  }
  let theirs = base;
  while (theirs.endedAt === undefined) {
    const next = theirs === base ? ours : mergeSession(base, ours, theirs);
    const left = leftBy(base, ours);
    if (left.length === 0) {
      const written = await collection.replace(next, theirs.version);
      if (written.ok) return written.value;
    } else {
      const word = sessionLogout(base.userId, left, now());
      const written = await realm.commit([replace(sessions, next, theirs.version), ...word]);
      if (written.ok) return next;
    }
    const moved = await collection.get(base.id);
    // Only another version can cause the refusal: the same one would be refused forever.
    if (!moved || moved.version === theirs.version) return undefined;
    theirs = moved;
  }
  return undefined;
}

const leftBy = (base: Session, ours: Session): SessionClient[] =>
  base.clients.filter(
    ({ clientId, sid }) => !ours.clients.some((client) => client.clientId === clientId && client.sid === sid),
  );
