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
 * The level that this user must reach: the highest that the client, the user's roles and the request require. Undefined: the
 * user cannot reach it, and may not enrol a factor. Among several `acr` values the first that the user can currently reach
 * counts (OpenID Connect Core 3.1.2.1 has them in order of preference), otherwise the first reachable by enrolling. Pure.
 *
 * @param reached what the proofs that count have shown, which may be more than the user's own factors can: a connector confirmed it
 */
export function requiredLevel(user: KnownUser, required: Requirements, reached: Level): Level | undefined {
  const { level = PASSWORD, alwaysSecondFactor, acrValues } = required;
  const own = alwaysSecondFactor && user.secondFactor === 'enrolled' ? TWO_FACTOR : user.requiredLevel;
  const requestedLevels = acrValues.map((values) => preferred(levelsAmong(values), user, reached));
  const known = requestedLevels.filter((wanted) => wanted !== undefined);
  const needed = highestOf([level, own, user.requiredLevel, ...known]);
  return known.length === requestedLevels.length && atLeast(highestReachable(user, reached), needed)
    ? needed
    : undefined;
}

/** The level that whoever signs in has to reach, as far as the client and its request say. Pure. */
export const requestedLevel = ({ level = PASSWORD, acrValues }: Requirements): Level =>
  highestOf([level, ...acrValues.flatMap((values) => levelsAmong(values).slice(0, 1))]);

const preferred = (wanted: readonly Level[], user: KnownUser, reached: Level): Level | undefined =>
  wanted.find((level) => atLeast(highestAtHand(user, reached), level)) ??
  wanted.find((level) => atLeast(highestReachable(user, reached), level));

const highestAtHand = ({ secondFactor }: KnownUser, reached: Level): Level =>
  secondFactor === 'enrolled' ? TWO_FACTOR : reached;

const highestReachable = ({ secondFactor }: KnownUser, reached: Level): Level =>
  secondFactor === 'closed' ? reached : (LEVELS.at(-1) ?? PASSWORD);
