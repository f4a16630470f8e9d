import type { KnownUser } from './facts.js';
import {
  atLeast,
  highestOf,
  type Level,
  LEVELS,
  levelsAmong,
  PASSWORD,
  TWO_FACTOR,
} from '../../base/authentication-level.js';
import type { Requirements } from './requirements.js';

/** Whether each list of `acr` values that the request names holds one that Gatehouse knows. */
export const namesKnownLevels = ({ acrValues }: Requirements): boolean =>
  acrValues.every((values) => levelsAmong(values).length > 0);

/**
 * The level that this person must reach: the highest of what the client, the person's roles and the request demand.
 * Undefined: they cannot reach it, and may not do what it takes. Among several `acr` values the first counts that the person
 * can reach as they are (OpenID Connect Core 3.1.2.1 has them in order of preference), or else the first that they can
 * reach by enrolling. Pure.
 */
export function requiredLevel(user: KnownUser, required: Requirements): Level | undefined {
  const { level = PASSWORD, alwaysSecondFactor, acrValues } = required;
  const own = alwaysSecondFactor && user.secondFactor === 'enrolled' ? TWO_FACTOR : user.requiredLevel;
  const asked = acrValues.map((values) => preferred(levelsAmong(values), user));
  const known = asked.filter((wanted) => wanted !== undefined);
  const needed = highestOf([level, own, user.requiredLevel, ...known]);
  return known.length === asked.length && atLeast(highestReachable(user), needed) ? needed : undefined;
}

const preferred = (wanted: readonly Level[], user: KnownUser): Level | undefined =>
  wanted.find((level) => atLeast(highestAtHand(user), level)) ??
  wanted.find((level) => atLeast(highestReachable(user), level));

const highestAtHand = ({ secondFactor }: KnownUser): Level => (secondFactor === 'enrolled' ? TWO_FACTOR : PASSWORD);

const highestReachable = ({ secondFactor }: KnownUser): Level =>
  secondFactor === 'closed' ? PASSWORD : (LEVELS.at(-1) ?? PASSWORD);
