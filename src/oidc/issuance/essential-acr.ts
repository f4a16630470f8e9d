import type { KoaContextWithOIDC } from 'oidc-provider';
import { atLeast, highestOf, LEVELS, levelsAmong } from '../../base/authentication-level.js';
import { essentialAcr } from '../requests/claims-parameter.js';

/**
 * Has the tokens of this request say an `acr` that the request lists, where it lists them as essential (OpenID Connect Core
 * 5.5.1.1): the highest of those that the session has reached. A user with two factors also reached the password level, so it
 * is true, and `amr` says all the same what was shown. The session keeps what it reached. Any other request is told just that.
 */
export function tellListedLevel({ oidc }: Pick<KoaContextWithOIDC, 'oidc'>): void {
  const listed = essentialAcr(oidc.params?.['claims']);
  const reached = LEVELS.find((level) => level === oidc.session?.acr);
  if (listed === undefined || reached === undefined) return;
  const told = levelsAmong(listed).filter((level) => atLeast(reached, level));
  // The library takes the value for code and tokens from here only; otherwise it reads the session.
  if (told.length > 0) Object.defineProperty(oidc, 'acr', { value: highestOf(told) });
}
