import { seconds } from '../../base/clock.js';
import { levelsAmong } from '../../base/authentication-level.js';
import type { EvaluationContext } from '../../access/evaluation/evaluation-context.js';

/** Where the library keeps how somebody signed in: a session, a code, a refresh token; of an access token, among its extra claims. */
export interface Shows {
  readonly acr?: string | undefined;
  readonly authTime?: number | undefined;
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

/** The level that was reached, and when, as decisions see it; undefined where this says nothing of it. */
export function shownLevel(from: Shows | undefined): EvaluationContext['authentication'] {
  if (!from) return undefined;
  const { acr = from.extra?.['acr'], authTime = from.extra?.['auth_time'] } = from;
  const [level] = typeof acr === 'string' ? levelsAmong([acr]) : [];
  return level !== undefined && typeof authTime === 'number' ? { level, at: seconds(authTime) } : undefined;
}
