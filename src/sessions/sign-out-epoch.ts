import { type Instant, now } from '../base/clock.js';

/**
 * A number of a user that each sign-out of all their sessions raises. Sessions, grants and sign-ins that are under way carry the one that
 * was read with the first proof; they live while the user's is not higher. So no order hangs on two machines' clocks.
 */
export type SignOutEpoch = number;

/** The field of a user that holds the epoch. */
export interface SignedOut {
  readonly signedOutAt?: Instant;
}

/**
 * The user's epoch: the value of `signedOutAt`, which is raised by compare-and-set and never falls. It is compared with epochs alone,
 * never with a clock. One field for both, since servers of the version before raise that field and know no other.
 */
export const signOutEpochOf = ({ signedOutAt = 0 }: SignedOut): SignOutEpoch => signedOutAt;

/** The epoch after this one, to be committed against the version of the user that was read: the time, or one more where a clock was ahead. */
export const nextSignOutEpoch = (user: SignedOut): SignOutEpoch => Math.max(now(), signOutEpochOf(user) + 1);

/** Whether what carries this epoch began since the user was last signed out. */
export const isSince = (epoch: SignOutEpoch, user: SignedOut): boolean => epoch >= signOutEpochOf(user);

/**
 * The epoch of what was stored without one: the last that it outlives by the rule of the version before, which was
 * `startedAt > signedOutAt`. So nothing that was dead lives again.
 */
export const epochBefore = (startedAt: Instant): SignOutEpoch => startedAt - 1;
