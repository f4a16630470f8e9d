import { seconds } from '../../base/clock.js';
import { levelsAmong } from '../../base/authentication-level.js';
import type { EvaluationContext } from '../../access/evaluation/evaluation-context.js';

/** Where the library keeps how somebody signed in: a session, a code, a refresh token; of an access token, among its extra claims. */
export interface Shows {
  readonly acr?: string | undefined;
  readonly authTime?: number | undefined;
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

/** How a user signed in, as decisions see it. What is not known is absent. */
export type SignInFacts = Pick<EvaluationContext, 'authentication' | 'connector'>;

/**
 * The level that was reached, and when; and the connector of the sign-in.
 *
 * @param connector of the sign-in, which the library keeps for access tokens only
 */
export function signInFacts(from: Shows | undefined, connector: unknown = from?.extra?.['idp']): SignInFacts {
  const authentication = shownLevel(from);
  return {
    ...(authentication && { authentication }),
    ...(typeof connector === 'string' && { connector }),
  };
}

function shownLevel(from: Shows | undefined): EvaluationContext['authentication'] {
  if (!from) return undefined;
  const { acr = from.extra?.['acr'], authTime = from.extra?.['auth_time'] } = from;
  const [level] = typeof acr === 'string' ? levelsAmong([acr]) : [];
  return level !== undefined && typeof authTime === 'number' ? { level, at: seconds(authTime) } : undefined;
}
