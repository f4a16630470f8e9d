import { type Block, isBlocked } from '../base/block.js';
import { type Instant, now } from '../base/clock.js';

/**
 * A number of a user that each sign-out of all their sessions raises. Sessions, grants and sign-ins in progress carry the value
 * read with the first proof, and are valid while the user's is not higher. So no order depends on the clocks of two machines.
 */
export type SignOutEpoch = number;

/** The field of a user that holds the epoch. */
export interface SignedOut {
  readonly signedOutAt?: Instant;
}

/**
 * The user's epoch: the value of `signedOutAt`, which is raised by compare-and-set and never decreases. It is only compared
 * with epochs, never with a clock. One field serves both, since servers of the previous version raise that field and know no
 * other.
 */
export const signOutEpochOf = ({ signedOutAt = 0 }: SignedOut): SignOutEpoch => signedOutAt;

/**
 * The next epoch, to be committed against the version of the user that was read: the time, or the current value plus one if a
 * clock was ahead.
 */
export const nextSignOutEpoch = (user: SignedOut): SignOutEpoch => Math.max(now(), signOutEpochOf(user) + 1);

/** A user who becomes blocked is signed out for good: what ended stays so after the block. Pure but for the clock. */
export function signedOutByBlock(
  before: SignedOut & { readonly blocks: readonly Block[] },
  after: { readonly blocks: readonly Block[] },
  at: Instant,
): SignedOut {
  return isBlocked(after, at) && !isBlocked(before, at) ? { signedOutAt: nextSignOutEpoch(before) } : {};
}

/** Whether something with this epoch began after the user was last signed out. */
export const isSince = (epoch: SignOutEpoch, user: SignedOut): boolean => epoch >= signOutEpochOf(user);

/**
 * The epoch of older documents without one: the highest that they survive by the rule of the previous version, `startedAt >
 * signedOutAt`. So nothing invalid becomes valid again.
 */
export const epochBefore = (startedAt: Instant): SignOutEpoch => startedAt - 1;
