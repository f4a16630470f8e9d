/** The life of a key: published, signing, verifying what it signed, gone. Pure. */
import type { Instant } from '../../base/clock.js';
import type { KeyAlgorithm, RingKey } from './ring-key.js';

/**
 * How long a relying party may rely on the published keys without asking again. Less than a third of the shortest time for which a
 * key can be published before it signs: there is room for processes that learn of it late and for clocks that differ.
 */
export const JWKS_MAX_AGE_SECONDS = 600;

/** `next`: everybody may know it by now, and it makes nothing yet. */
export type KeyState = 'next' | 'signs' | 'verifies' | 'gone';

export function stateOf(key: RingKey, ring: readonly RingKey[], at: Instant): KeyState {
  if (key.verifiesUntil !== undefined && key.verifiesUntil <= at) return 'gone';
  const signing = signerOf(ring, key.algorithm, at);
  if (key.kid === signing?.kid) return 'signs';
  return key.signsFrom > at ? 'next' : 'verifies';
}

/** The one that began last, of those that have begun; before any has, the one that will begin first. */
export function signerOf(ring: readonly RingKey[], algorithm: KeyAlgorithm, at: Instant): RingKey | undefined {
  const inOrder = ofAlgorithm(ring, algorithm);
  return inOrder.findLast(({ signsFrom }) => signsFrom <= at) ?? inOrder[0];
}

/** The one that signs when all that is planned has come. */
export const lastOf = (ring: readonly RingKey[], algorithm: KeyAlgorithm): RingKey | undefined =>
  ofAlgorithm(ring, algorithm).at(-1);

/** The one that signs, or is to sign, after it. */
export function followerOf(key: RingKey, ring: readonly RingKey[]): RingKey | undefined {
  const inOrder = ofAlgorithm(ring, key.algorithm);
  return inOrder[inOrder.findIndex(({ kid }) => kid === key.kid) + 1];
}

/** In the order in which they sign. */
const ofAlgorithm = (ring: readonly RingKey[], algorithm: KeyAlgorithm): RingKey[] =>
  ring.filter((key) => key.algorithm === algorithm).sort((a, b) => a.signsFrom - b.signsFrom);

/** All that verify at this moment, with the signing one of each algorithm before its like. */
export function inUse(ring: readonly RingKey[], at: Instant): RingKey[] {
  const there = ring.filter((key) => stateOf(key, ring, at) !== 'gone');
  const rank = (key: RingKey): number => (stateOf(key, ring, at) === 'signs' ? 0 : 1);
  return there.sort((a, b) => rank(a) - rank(b) || b.signsFrom - a.signsFrom);
}

/** The first moment after this one at which {@link inUse} gives something else by itself. */
export const nextTurn = (ring: readonly RingKey[], at: Instant): Instant =>
  Math.min(
    ...ring.flatMap(({ signsFrom, verifiesUntil = Infinity }) =>
      [signsFrom, verifiesUntil].filter((turn) => turn > at),
    ),
    Infinity,
  );
