import type { Instant } from '../../base/clock.js';
import type { Proof } from '../../sessions/proof.js';
import { epochBefore, isSince, type SignedOut, type SignOutEpoch } from '../../sessions/sign-out-epoch.js';
import type { Facts, KnownUser } from './facts.js';
import { together } from './proofs.js';

/**
 * The proofs of this browser in one sign-in, while more are needed. It opens nothing: a session is made by `finish`
 * alone, of all that was needed.
 */
export interface Attempt {
  readonly userId: string;
  readonly startedAt: Instant;
  /** The user's, as they were read for the first proof. */
  readonly signOutEpoch: SignOutEpoch;
  readonly proofs: readonly Proof[];
  /** Whether the browser is to stay signed in when it is closed; absent: as the session has it. */
  readonly remember?: boolean;
}

/** One thing that a person has just shown or done. */
export interface ShownProof {
  readonly user: KnownUser;
  readonly at: Instant;
  /** None, for a required action that is done: it proves nothing about who did it. */
  readonly proof?: Proof;
  /** Where the page asked for it; otherwise as it was asked before. */
  readonly remember?: boolean;
  /** This action ended everything of the user from this epoch; the attempt survives it. */
  readonly renews?: SignOutEpoch;
}

/** Another person begins anew, and so does who was signed out since: nothing that one has shown is lent to the next. */
export function grow(attempt: Attempt | undefined, { user, at, proof, remember, renews }: ShownProof): Attempt {
  const lives = attempt?.userId === user.id && attempt.signOutEpoch >= (renews ?? user.signOutEpoch);
  const before = lives ? attempt : undefined;
  const chosen = remember ?? before?.remember;
  const { startedAt, signOutEpoch } = before && renews === undefined ? before : { ...user, startedAt: at };
  return {
    userId: user.id,
    startedAt,
    signOutEpoch,
    proofs: together(before?.proofs ?? [], proof ? [proof] : []),
    ...(chosen !== undefined && { remember: chosen }),
  };
}

/** The facts, once this has been shown in the interaction too. */
export function factsWith(facts: Facts, user: KnownUser, { proofs }: Pick<Attempt, 'proofs'>): Facts {
  if (facts.user?.id === user.id) return { ...facts, user, shownHere: together(facts.shownHere, proofs) };
  return { ...facts, user, shownBefore: [], shownHere: proofs, consentedHere: false };
}

/** Whether it still counts for anything: nobody has signed this person out everywhere since it began. */
export const attemptAlive = ({ signOutEpoch }: Pick<Attempt, 'signOutEpoch'>, user: SignedOut): boolean =>
  isSince(signOutEpoch, user);

/** An attempt as it was stored: a server of the version before left it without an epoch. */
export const readAttempt = (stored: string): Attempt => {
  // We wrote it, and the seal proves that nobody else did.
  const attempt = JSON.parse(stored) as Omit<Attempt, 'signOutEpoch'> & Partial<Attempt>;
  return { signOutEpoch: epochBefore(attempt.startedAt), ...attempt };
};
