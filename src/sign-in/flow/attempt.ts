import type { Instant } from '../../base/clock.js';
import type { Proof } from '../../sessions/proof.js';
import { epochBefore, isSince, type SignedOut, type SignOutEpoch } from '../../sessions/sign-out-epoch.js';
import type { Facts, KnownUser } from './facts.js';
import { together } from './proofs.js';

/**
 * The proofs of this browser in one sign-in, while more are needed. It grants nothing: only `finish` creates a session, once
 * all requirements are met.
 */
export interface Attempt {
  readonly userId: string;
  readonly startedAt: Instant;
  /** The user's epoch when they were read for the first proof. */
  readonly signOutEpoch: SignOutEpoch;
  readonly proofs: readonly Proof[];
  /** Whether the browser stays signed in when closed; absent: as in the session. */
  readonly remember?: boolean;
}

/** A proof that a user has just given, or an action that they completed. */
export interface ShownProof {
  readonly user: KnownUser;
  readonly at: Instant;
  /** Absent for a completed required action: it does not prove who did it. */
  readonly proof?: Proof;
  /** Set if the page asked for it; otherwise the earlier answer applies. */
  readonly remember?: boolean;
  /** This action ended everything of the user up to this epoch; the attempt survives it. */
  readonly renews?: SignOutEpoch;
}

/** Another user starts anew, and so does one who was signed out since: no proof is transferred. */
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

/** The facts, with this proof added to the interaction. It answers the name that was typed. */
export function factsWith({ named: _, ...facts }: Facts, user: KnownUser, { proofs }: Pick<Attempt, 'proofs'>): Facts {
  if (facts.user?.id === user.id) return { ...facts, user, shownHere: together(facts.shownHere, proofs) };
  return { ...facts, user, shownBefore: [], shownHere: proofs, consentedHere: false };
}

/** Whether it still counts: this user has not been signed out everywhere since it began. */
export const attemptAlive = ({ signOutEpoch }: Pick<Attempt, 'signOutEpoch'>, user: SignedOut): boolean =>
  isSince(signOutEpoch, user);

/** Parses a stored attempt: a server of the previous version left it without an epoch. */
export const readAttempt = (stored: string): Attempt => {
  // We wrote it; the seal proves that.
  const attempt = JSON.parse(stored) as Omit<Attempt, 'signOutEpoch'> & Partial<Attempt>;
  return { signOutEpoch: epochBefore(attempt.startedAt), ...attempt };
};
