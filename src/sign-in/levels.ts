import type { Instant } from '../base/clock.js';
import type { AuthenticationMethod, Proof } from '../sessions/proof.js';
import type { Requirements } from './requirements.js';

/**
 * The authentication levels that Gatehouse reaches, weakest first, as `acr` values. They say what was shown, in words that
 * stay true when stronger ones are added above.
 */
export const LEVELS = ['urn:gatehouse:acr:password'] as const;

export type Level = (typeof LEVELS)[number];

/** The level that these proofs reach; what a client asked for plays no part in it. Undefined: nothing was shown. */
export const levelOf = (proofs: readonly Proof[]): Level | undefined =>
  // A password is the only method so far, so any proof is one.
  proofs.length > 0 ? 'urn:gatehouse:acr:password' : undefined;

/** `amr` (RFC 8176): each method once, in the order shown. */
export const methodsOf = (proofs: readonly Proof[]): readonly AuthenticationMethod[] => [
  ...new Set(proofs.map((proof) => proof.method)),
];

/** When the person last showed something, for `auth_time` (in milliseconds here) and max_age. Undefined: never. */
export const authenticatedAt = (proofs: readonly Proof[]): Instant | undefined =>
  proofs.length === 0 ? undefined : Math.max(...proofs.map((proof) => proof.at));

/** Whether a sign-in can reach one of the essential `acr` values at all; true where none is demanded. */
export const canBeReached = ({ acrValues }: Requirements): boolean =>
  acrValues === undefined || acrValues.some((value) => LEVELS.some((level) => level === value));

/** Whether what was shown is at a level that is demanded; true where none is. */
export function levelReached(proofs: readonly Proof[], { acrValues }: Requirements): boolean {
  const level = levelOf(proofs);
  return acrValues === undefined || (level !== undefined && acrValues.includes(level));
}
