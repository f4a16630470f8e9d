/** The lifecycle of a key: published, signing, verifying, removed. Pure. */
import type { Instant } from '../../base/clock.js';
import type { KeyAlgorithm, RingKey } from './ring-key.js';

/**
 * How long a relying party may cache the published keys. Less than a third of the shortest time between publishing and signing,
 * which leaves room for processes that learn of a key late and for clock differences.
 */
export const JWKS_MAX_AGE_SECONDS = 600;

/** `next`: published, and not signing yet. */
export type KeyState = 'next' | 'signs' | 'verifies' | 'gone';

export function stateOf(key: RingKey, ring: readonly RingKey[], at: Instant): KeyState {
  if (key.verifiesUntil !== undefined && key.verifiesUntil <= at) return 'gone';
  const signing = signerOf(ring, key.algorithm, at);
  if (key.kid === signing?.kid) return 'signs';
  return key.signsFrom > at ? 'next' : 'verifies';
}

/** The key that began last, among those that have begun; before that, the one that will begin first. */
export function signerOf(ring: readonly RingKey[], algorithm: KeyAlgorithm, at: Instant): RingKey | undefined {
  const inOrder = ofAlgorithm(ring, algorithm);
  return inOrder.findLast(({ signsFrom }) => signsFrom <= at) ?? inOrder[0];
}

/** The key that signs after all planned changes. */
export const lastOf = (ring: readonly RingKey[], algorithm: KeyAlgorithm): RingKey | undefined =>
  ofAlgorithm(ring, algorithm).at(-1);

/** The key that signs, or will sign, after it. */
export function followerOf(key: RingKey, ring: readonly RingKey[]): RingKey | undefined {
  const inOrder = ofAlgorithm(ring, key.algorithm);
  return inOrder[inOrder.findIndex(({ kid }) => kid === key.kid) + 1];
}

/** In the order in which they sign. */
const ofAlgorithm = (ring: readonly RingKey[], algorithm: KeyAlgorithm): RingKey[] =>
  ring.filter((key) => key.algorithm === algorithm).sort((a, b) => a.signsFrom - b.signsFrom);

/** All keys that verify at this time, with the signing key of each algorithm first. */
export function inUse(ring: readonly RingKey[], at: Instant): RingKey[] {
  const present = ring.filter((key) => stateOf(key, ring, at) !== 'gone');
  const rank = (key: RingKey): number => (stateOf(key, ring, at) === 'signs' ? 0 : 1);
  return present.sort((a, b) => rank(a) - rank(b) || b.signsFrom - a.signsFrom);
}

/** The next time at which the result of {@link inUse} changes by itself. */
export const nextTurn = (ring: readonly RingKey[], at: Instant): Instant =>
  Math.min(
    ...ring.flatMap(({ signsFrom, verifiesUntil = Infinity }) =>
      [signsFrom, verifiesUntil].filter((turn) => turn > at),
    ),
    Infinity,
  );
