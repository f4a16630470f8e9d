import type { Instant } from '../base/clock.js';
import { type Level, LEVELS } from '../base/level.js';
import type { Proof, ProofMethod } from '../sessions/proof.js';

export { type Level, LEVELS };

export const [PASSWORD, TWO_FACTOR] = LEVELS;

/** Whether who has reached the first has what the second demands. */
export const atLeast = (level: Level, wanted: Level): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);

/** The highest of them; the lowest there is, of none. */
export const highestOf = (levels: readonly Level[]): Level =>
  levels.reduce((highest, level) => (atLeast(level, highest) ? level : highest), PASSWORD);

/** Among these `acr` values, those that Gatehouse knows, in the same order. */
export const levelsAmong = (acrValues: readonly string[]): readonly Level[] =>
  acrValues.flatMap((value) => LEVELS.filter((level) => level === value));

/**
 * The level that these proofs reach; what a client asked for plays no part in it. Undefined: none, since a code without
 * the password is no sign-in.
 */
export function levelOf(proofs: readonly Proof[]): Level | undefined {
  const shown = new Set(proofs.map(({ method }) => method));
  if (!shown.has('pwd')) return undefined;
  return shown.has('otp') ? TWO_FACTOR : PASSWORD;
}

/** `amr` (RFC 8176): each method once, in the order shown, and that they were several. */
export function methodsOf(proofs: readonly Proof[]): readonly (ProofMethod | 'mfa')[] {
  const methods = [...new Set([...proofs].sort((a, b) => a.at - b.at).map(({ method }) => method))];
  return methods.length > 1 ? [...methods, 'mfa'] : methods;
}

/**
 * `auth_time` (in milliseconds here): when the oldest of what counts was shown, so that it never claims more than max_age
 * would find. Undefined: nothing was shown.
 */
export const authenticatedAt = (proofs: readonly Proof[]): Instant | undefined =>
  proofs.length === 0 ? undefined : Math.min(...proofs.map(({ at }) => at));
