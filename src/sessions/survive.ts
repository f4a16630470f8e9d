import type { Instant } from '../base/clock.js';
import type { Stored } from '../storage/spec.js';
import type { Realm } from '../storage/store.js';
import { replace, type Write } from '../storage/write.js';
import { type Grant, grants } from './grant.js';
import { beganAt } from './session-end.js';
import { sessions } from './session.js';

/** More would not fit into one commit; what was granted to the others is granted anew when they ask. */
const MOST_GRANTS = 40;

/**
 * The writes by which one session, and what was granted in it, outlives that everything of its user ends at `signedOutAt`. They
 * belong into that same commit, and refuse it where another request has changed the session meanwhile. None where the
 * session has ended.
 */
export async function surviving(realm: Realm, uid: string, signedOutAt: Instant): Promise<Write[]> {
  const session = await realm.of(sessions).get(uid);
  if (!session || session.endedAt !== undefined) return [];
  const granted = await Promise.all(
    session.clients
      .slice(-MOST_GRANTS)
      .flatMap(({ grantId }) => (grantId === undefined ? [] : [realm.of(grants).get(grantId)])),
  );
  const startedAt = signedOutAt + 1;
  const { version, ...kept } = session;
  return [
    replace(sessions, { ...kept, startedAt, signedInAt: beganAt(session) }, version),
    ...granted.flatMap((grant) => (grant && lives(grant) ? [restarted(grant, startedAt)] : [])),
  ];
}

const lives = (grant: Grant): boolean => grant.revokedAt === undefined;

const restarted = ({ version, ...grant }: Stored<Grant>, startedAt: Instant): Write =>
  replace(grants, { ...grant, startedAt }, version);
