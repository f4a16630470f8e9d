import type { Instant } from '../base/clock.js';
import type { Proof } from '../sessions/proof.js';
import type { Facts, KnownUser } from './facts.js';
import { together } from './shown.js';

/**
 * What this browser has shown so far in one sign-in, while more is needed. It opens nothing: a session is made by `finish`
 * alone, of all that was needed.
 */
export interface Attempt {
  readonly userId: string;
  /** As a session's: what began at or before the user's `signedOutAt` is dead. */
  readonly startedAt: Instant;
  readonly proofs: readonly Proof[];
  /** Whether the browser is to stay signed in when it is closed; absent: as the session has it. */
  readonly remember?: boolean;
}

/** One thing that a person has just shown or done. */
export interface Shown {
  readonly user: KnownUser;
  readonly at: Instant;
  /** None, for a required action that is done: it proves nothing about who did it. */
  readonly proof?: Proof;
  /** Where the page asked for it; otherwise as it was asked before. */
  readonly remember?: boolean;
  /** What was done here ended everything of this person until then; this attempt survives it. */
  readonly renews?: true;
}

/** Another person begins anew: nothing that one has shown is lent to the next. */
export function grow(attempt: Attempt | undefined, { user, at, proof, remember, renews }: Shown): Attempt {
  const before = attempt?.userId === user.id ? attempt : undefined;
  const chosen = remember ?? before?.remember;
  return {
    userId: user.id,
    startedAt: before && !renews ? before.startedAt : at,
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
export const attemptAlive = (
  { startedAt }: Pick<Attempt, 'startedAt'>,
  { signedOutAt }: { readonly signedOutAt?: Instant },
): boolean => signedOutAt === undefined || startedAt > signedOutAt;
