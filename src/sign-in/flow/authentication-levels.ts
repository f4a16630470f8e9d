import type { Instant } from '../../base/clock.js';
import { highestOf, type Level, PASSWORD, TWO_FACTOR } from '../../base/authentication-level.js';
import { factorOf, type Proof } from '../../sessions/proof.js';

/**
 * The level that these proofs reach, by what their authenticators declared and their connectors confirmed; what a client asked for
 * plays no part in it. Undefined: none, since a second factor without a first is no sign-in.
 */
export function levelOf(proofs: readonly Proof[]): Level | undefined {
  const shown = new Set(proofs.map(factorOf));
  if (!shown.has('first')) return undefined;
  const confirmed = proofs.flatMap((proof) => (factorOf(proof) === 'first' ? (proof.level ?? []) : []));
  return highestOf([shown.has('second') ? TWO_FACTOR : PASSWORD, ...confirmed]);
}

/**
 * `amr` (RFC 8176): each method once, in the order shown, and `mfa` if they were several, or if a connector confirmed several. Which ones
 * those were is not known, so none is claimed. First factors alone are no several: a password, and a sign-in elsewhere, may be two passwords.
 */
export function methodsOf(proofs: readonly Proof[]): readonly string[] {
  const methods = [...new Set([...proofs].sort((a, b) => a.at - b.at).map(({ method }) => method))];
  const isSeveral = methods.length > 1 && !proofs.every((proof) => factorOf(proof) === 'first');
  return isSeveral || levelOf(proofs) === TWO_FACTOR ? [...methods, 'mfa'] : methods;
}

/**
 * `auth_time` (in milliseconds here): the time of the oldest proof that counts, so that it never claims more than max_age would
 * find. Undefined without proofs.
 */
export const authenticatedAt = (proofs: readonly Proof[]): Instant | undefined =>
  proofs.length === 0 ? undefined : Math.min(...proofs.map(({ at }) => at));
