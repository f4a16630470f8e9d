import type { Instant } from '../../base/clock.js';
import { type Level, PASSWORD, TWO_FACTOR } from '../../base/authentication-level.js';
import { factorOf, type Proof } from '../../sessions/proof.js';

/**
 * The level that these proofs reach, by what their authenticators declared; what a client asked for plays no part in it.
 * Undefined: none, since a second factor without a first is no sign-in.
 */
export function levelOf(proofs: readonly Proof[]): Level | undefined {
  const shown = new Set(proofs.map(factorOf));
  if (!shown.has('first')) return undefined;
  return shown.has('second') ? TWO_FACTOR : PASSWORD;
}

/** `amr` (RFC 8176): each method once, in the order shown, and that they were several. */
export function methodsOf(proofs: readonly Proof[]): readonly string[] {
  const methods = [...new Set([...proofs].sort((a, b) => a.at - b.at).map(({ method }) => method))];
  return methods.length > 1 ? [...methods, 'mfa'] : methods;
}

/**
 * `auth_time` (in milliseconds here): the time of the oldest proof that counts, so that it never claims more than max_age would
 * find. Undefined without proofs.
 */
export const authenticatedAt = (proofs: readonly Proof[]): Instant | undefined =>
  proofs.length === 0 ? undefined : Math.min(...proofs.map(({ at }) => at));
