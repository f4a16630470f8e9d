import type { Stored } from '../storage/spec.js';
import type { Realm } from '../storage/store.js';
import { replace, type Write } from '../storage/write.js';
import { type Grant, grants } from './grants/grant.js';
import { beganAt } from './session-end.js';
import { type Session, sessions } from './session.js';
import { isSince, type SignedOut, type SignOutEpoch, signOutEpochOf } from './sign-out-epoch.js';

/** More would not fit into one commit; other clients' grants are created anew on demand. */
const MOST_GRANTS = 40;

/**
 * The writes that move something of a user to the epoch after a sign-out, for the commit of that sign-out.
 * @param before the user as read for it, and @param after the planned state
 */
export type Surviving = (before: SignedOut, after: SignedOut) => Promise<readonly Write[]>;

/** The writes by which this session of a user survives a sign-out. */
export type KeepSession = (session: { readonly uid: string; readonly userId: string }) => Surviving;

/**
 * Lets one session and its grants survive a sign-out. The writes refuse the commit if another request has changed the session
 * meanwhile. There are none if the session belongs to another user or has ended, even by an earlier sign-out.
 */
export const survivingSession =
  (realm: Realm, { uid, userId }: { readonly uid: string; readonly userId: string }): Surviving =>
  async (before, after) => {
    const session = await realm.of(sessions).get(uid);
    if (session?.userId !== userId || session.endedAt !== undefined || !isSince(session.signOutEpoch, before))
      return [];
    return renewed(realm, session, before, signOutEpochOf(after));
  };

async function renewed(
  realm: Realm,
  session: Stored<Session>,
  before: SignedOut,
  signOutEpoch: SignOutEpoch,
): Promise<Write[]> {
  const granted = await Promise.all(
    session.clients
      .slice(-MOST_GRANTS)
      .flatMap(({ grantId }) => (grantId === undefined ? [] : [realm.of(grants).get(grantId)])),
  );
  // Servers of the previous version compare this time with the user's `signedOutAt`.
  const next = { startedAt: signOutEpoch + 1, signOutEpoch };
  const lives = ({ userId, revokedAt, signOutEpoch: epoch }: Grant): boolean =>
    userId === session.userId && revokedAt === undefined && isSince(epoch, before);
  const { version, ...document } = session;
  return [
    replace(sessions, { ...document, ...next, signedInAt: beganAt(session) }, version),
    ...granted.flatMap((grant) => (grant && lives(grant) ? [restarted(grant, next)] : [])),
  ];
}

const restarted = ({ version, ...grant }: Stored<Grant>, next: Pick<Grant, 'startedAt' | 'signOutEpoch'>): Write =>
  replace(grants, { ...grant, ...next }, version);
