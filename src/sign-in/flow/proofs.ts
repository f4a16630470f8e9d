import type { Instant } from '../../base/clock.js';
import { minutes, seconds } from '../../base/clock.js';
import { factorOf, FEDERATED, type Proof } from '../../sessions/proof.js';
import type { Facts } from './facts.js';
import type { Requirements } from './requirements.js';

/**
 * Both lists, each method once with its latest proof, in the order shown. The time of a sign-in elsewhere is that of the upstream, and may be
 * unknown: of those the one that came last counts.
 */
export function together(before: readonly Proof[], after: readonly Proof[]): readonly Proof[] {
  const byMethod = new Map(before.map((proof) => [proof.method, proof]));
  for (const proof of after) {
    const known = byMethod.get(proof.method);
    if (known && proof.method !== FEDERATED && known.at >= proof.at) continue;
    byMethod.delete(proof.method);
    byMethod.set(proof.method, proof);
  }
  return [...byMethod.values()];
}

/**
 * The proofs that count for this request. Proofs of this interaction always count, even with max_age=0. Under prompt=login no
 * proof of the session counts. Past max_age each of them expires individually, so that an old code adds no level to a password
 * typed just now. Nor does a sign-in by a connector that the client does not offer count: it is no sign-in there, and adds no level. One
 * elsewhere counts until the session there ends: in a session that began otherwise it may be the older one's.
 */
export const counting = (facts: Facts, required: Requirements, now: Instant): readonly Proof[] =>
  together(
    facts.shownBefore.filter(
      (proof) =>
        !required.login &&
        !hasEnded(proof, now) &&
        youngEnough(proof, required, now) &&
        isOffered(proof, facts, required),
    ),
    facts.shownHere,
  );

const hasEnded = ({ endsAt }: Proof, now: Instant): boolean => endsAt !== undefined && endsAt <= now;

const isOffered = (proof: Proof, { user }: Facts, { userstores }: Requirements): boolean =>
  !isFirst(proof) || userstores?.includes(proof.connector ?? user?.userstore ?? '') !== false;

/** Whether the session satisfies prompt=login and max_age, or this interaction has done what both require. */
export function freshEnough(facts: Facts, required: Requirements, now: Instant): boolean {
  if (facts.shownHere.length > 0) return true;
  if (required.login) return false;
  return facts.shownBefore.length > 0 && facts.shownBefore.every((proof) => youngEnough(proof, required, now));
}

/** Changes to an account need a password proof that is no older than this. */
export const RECENTLY = minutes(5);

/** Whether the first factor was shown here, or recently: a browser that somebody left open is not enough to give it a new owner. */
export const shownRecently = ({ shownBefore, shownHere }: Facts, now: Instant): boolean =>
  shownHere.some((proof) => isFirst(proof) && (proof.method !== FEDERATED || isRecent(proof, now))) ||
  shownBefore.some((proof) => isFirst(proof) && isRecent(proof, now));

/** Another identity provider may have let in a browser that somebody left open there. */
export const isRecent = ({ at, ageUnknown }: Proof, now: Instant): boolean =>
  ageUnknown !== true && now - at <= RECENTLY;

const isFirst = (proof: Proof): boolean => factorOf(proof) === 'first';

const youngEnough = ({ at, ageUnknown }: Proof, { maxAgeSeconds }: Requirements, now: Instant): boolean =>
  maxAgeSeconds === undefined || (ageUnknown !== true && now - at <= seconds(maxAgeSeconds));
