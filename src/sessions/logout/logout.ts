import { type Instant, hours } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import { spec } from '../../storage/spec.js';
import { insert, type Write } from '../../storage/write.js';
import type { SessionClient } from '../session.js';
import type { SignOutEpoch } from '../sign-out-epoch.js';

/** One or more sessions have ended, and the applications to notify have not been determined yet. */
export type Logout = LogoutOfSession | LogoutOfUser;

/** One session, or its part at some of its applications. */
export type LogoutOfSession = LogoutEntry & { kind: 'session'; clients: LeftClient[] };
/** All sessions of a user in the epoch `since` (in any earlier epoch, if absent) that the epoch `until` ended. */
export type LogoutOfUser = LogoutEntry & { kind: 'user'; since?: SignOutEpoch; until: SignOutEpoch };

type LogoutEntry = {
  id: string;
  userId: string;
  at: Instant;
  expiresAt: Instant;
};

/** An application, and the session's identifier there. */
export type LeftClient = Pick<SessionClient, 'clientId' | 'sid'>;

export const logouts = spec<Logout>()({
  name: 'logouts',
  scope: 'realm',
  version: 1,
  indexed: { at: 'number' },
  unique: {},
  queries: { all: { order: 'at' } },
});

/** An application is not notified later than this: its own session has probably ended too. */
export const NOTIFY_WITHIN = hours(24);

/** Records that a session has ended, or has left some of its applications. Empty if there is nobody to notify. */
export const sessionLogout = (
  userId: string | undefined,
  left: readonly SessionClient[],
  at: Instant,
): readonly Write[] =>
  userId === undefined || left.length === 0
    ? []
    : [
        insert(logouts, {
          id: newId(),
          kind: 'session',
          userId,
          at,
          clients: left.map(({ clientId, sid }) => ({ clientId, sid })),
          expiresAt: at + NOTIFY_WITHIN,
        }),
      ];
