import { type Instant, seconds } from '../base/clock.js';
import type { Session } from './session.js';

/** How long a session may be unused, and how long it may last in total. */
export interface SessionLimitSeconds {
  readonly idleSeconds: number;
  readonly absoluteSeconds: number;
}

/** The limits of a session that the browser forgets when closed, and of one that it keeps. */
export interface LimitsOfRealm {
  readonly session: SessionLimitSeconds;
  readonly rememberedSession: SessionLimitSeconds;
}

export const limitsOf = ({ session, rememberedSession }: LimitsOfRealm, remembered: boolean): SessionLimitSeconds =>
  remembered ? rememberedSession : session;

/** The start of a session's absolute limit. */
export const beganAt = ({ startedAt, signedInAt }: Pick<Session, 'startedAt' | 'signedInAt'>): Instant =>
  signedInAt ?? startedAt;

/** The end of a session with this start that is used now: the earlier of the two limits. Pure. */
export const sessionEnd = (
  began: Instant,
  { idleSeconds, absoluteSeconds }: SessionLimitSeconds,
  at: Instant,
): Instant => Math.min(at + seconds(idleSeconds), began + seconds(absoluteSeconds));

/**
 * The new end of a session that an application uses by refreshing its tokens. Undefined if it is not worth a write, because
 * less than half of the idle time has passed since its last use.
 */
export function prolonged(session: Session, realm: LimitsOfRealm, at: Instant): Instant | undefined {
  const limits = limitsOf(realm, session.remembered === true);
  if (at - (session.usedAt ?? session.startedAt) < seconds(limits.idleSeconds) / 2) return undefined;
  const limit = sessionEnd(beganAt(session), limits, at);
  const end = Math.min(limit, session.endsAt ?? limit);
  return end > session.expiresAt ? end : undefined;
}
