import { factorOf, type Proof, upstreamOf } from './proof.js';
import type { Session } from './session.js';

type SessionBeginning = Pick<Session, 'begunBy' | 'signOutHint' | 'signOutName' | 'endsAt'>;

/**
 * The upstream sign-in that a session began with. A later sign-in by the same account there takes its place, since the person may have a new
 * session there. Pure.
 *
 * @param before of the session as it was for the same person; undefined: it begins
 * @param shown the proofs that it has from now on, in the order shown
 */
export function begunBy(before: SessionBeginning | undefined, shown: readonly Proof[]): SessionBeginning {
  const { begunBy: first } = before ?? {};
  const proof = before
    ? shown.findLast(({ connector, account }) => first && connector === first.connector && account === first.account)
    : shown.find((each) => factorOf(each) === 'first');
  const named = proof && upstreamOf(proof);
  const hint = proof?.signOutHint ?? before?.signOutHint;
  const upstream = named ?? first;
  // Of one that began otherwise, the latest that came from an upstream: a sign-out there takes it away.
  const signOutName = upstream?.signOutName ?? shown.findLast((each) => each.signOutName !== undefined)?.signOutName;
  const endsAt = proof ? proof.endsAt : before?.endsAt;
  return {
    ...(upstream && { begunBy: upstream, ...(hint !== undefined && { signOutHint: hint }) }),
    ...(signOutName !== undefined && { signOutName }),
    ...(endsAt !== undefined && { endsAt }),
  };
}

/** As sessions store them. */
export const withoutHints = (proofs: readonly Proof[]): Proof[] => proofs.map(({ signOutHint: _, ...proof }) => proof);
