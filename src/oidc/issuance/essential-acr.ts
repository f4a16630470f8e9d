import { atLeast, highestOf, type Level, LEVELS, levelsAmong } from '../../base/authentication-level.js';
import { essentialAcr } from '../requests/claims-parameter.js';

/**
 * The highest of the levels that a request lists as essential and that its session has reached. A user with two factors also reached the
 * password level, so it is true, and `amr` still says what was shown. Undefined for any other request. Pure.
 *
 * @param claims the claims parameter of the request
 * @param acr the level that the session has reached
 */
export function listedLevel(claims: unknown, acr: string | undefined): Level | undefined {
  const listed = essentialAcr(claims);
  const reached = LEVELS.find((level) => level === acr);
  if (listed === undefined || reached === undefined) return undefined;
  const levels = levelsAmong(listed).filter((level) => atLeast(reached, level));
  return levels.length > 0 ? highestOf(levels) : undefined;
}
