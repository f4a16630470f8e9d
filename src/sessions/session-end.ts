import { type Instant, seconds } from '../base/clock.js';
import type { Session } from './session.js';

/** How long a session may live: unused, and at all. */
export interface SessionLimitSeconds {
  readonly idleSeconds: number;
  readonly absoluteSeconds: number;
}

/** Those of a session that the browser forgets when it is closed, and those of one that it keeps. */
export interface LimitsOfRealm {
  readonly session: SessionLimitSeconds;
  readonly rememberedSession: SessionLimitSeconds;
}

export const limitsOf = ({ session, rememberedSession }: LimitsOfRealm, remembered: boolean): SessionLimitSeconds =>
  remembered ? rememberedSession : session;

/** From when the absolute limit of a session counts. */
export const beganAt = ({ startedAt, signedInAt }: Pick<Session, 'startedAt' | 'signedInAt'>): Instant =>
  signedInAt ?? startedAt;

/** When a session is over that began then and is used now: by whichever limit is reached first. Pure. */
export const sessionEnd = (
  began: Instant,
  { idleSeconds, absoluteSeconds }: SessionLimitSeconds,
  at: Instant,
): Instant => Math.min(at + seconds(idleSeconds), began + seconds(absoluteSeconds));

/**
 * When a session that an application uses by refreshing its tokens is over from now on; undefined while it is not worth a
 * write: less than half of the time that it may lie idle has passed since it was last used.
 */
export function prolonged(session: Session, realm: LimitsOfRealm, at: Instant): Instant | undefined {
  const limits = limitsOf(realm, session.remembered === true);
  if (at - (session.usedAt ?? session.startedAt) < seconds(limits.idleSeconds) / 2) return undefined;
  const end = sessionEnd(beganAt(session), limits, at);
  return end > session.expiresAt ? end : undefined;
}
