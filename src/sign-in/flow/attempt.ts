import type { Instant } from '../../base/clock.js';
import { factorOf, type Proof } from '../../sessions/proof.js';
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
  /** The pending identity that the user wants to link, and for which alone these proofs count. */
  readonly provesFor?: string;
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
  /** A first factor that is given for this pending identity, and signs nobody in by itself. */
  readonly provesFor?: string;
}

/**
 * Another user starts anew, and so does one who was signed out since: no proof is transferred. A first factor that was given for a pending
 * identity ends with the next first factor; the others stay.
 */
export function grow(
  attempt: Attempt | undefined,
  { user, at, proof, remember, renews, provesFor }: ShownProof,
): Attempt {
  const lives = attempt?.userId === user.id && attempt.signOutEpoch >= (renews ?? user.signOutEpoch);
  const before = lives ? attempt : undefined;
  const chosen = remember ?? before?.remember;
  const { startedAt, signOutEpoch } = before && renews === undefined ? before : { ...user, startedAt: at };
  const isFirst = proof !== undefined && factorOf(proof) === 'first';
  const hasOtherPurpose = isFirst && provesFor !== before?.provesFor;
  const kept = (before?.proofs ?? []).filter(
    (one) => !hasOtherPurpose || (provesFor === undefined && factorOf(one) !== 'first'),
  );
  const purpose = isFirst ? provesFor : before?.provesFor;
  return {
    userId: user.id,
    startedAt,
    signOutEpoch,
    proofs: together(kept, proof ? [proof] : []),
    ...(chosen !== undefined && { remember: chosen }),
    ...(purpose !== undefined && { provesFor: purpose }),
  };
}

/**
 * The facts, with this proof added to the interaction. It answers the name that was typed, and is about a pending identity only if it was
 * given for that.
 */
export function factsWith(
  { named: _, pending, ...facts }: Facts,
  user: KnownUser,
  { proofs, provesFor }: Pick<Attempt, 'proofs' | 'provesFor'>,
): Facts {
  // What counts for a link is shown for it.
  if (pending && pending.id === provesFor)
    return {
      ...facts,
      ...{ user, shownBefore: [], shownHere: proofs, consentedHere: false },
      pending: { ...pending, proving: true },
    };
  if (facts.user?.id === user.id && !pending?.proving)
    return { ...facts, user, shownHere: together(facts.shownHere, proofs) };
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
