import type { KoaContextWithOIDC } from 'oidc-provider';
import { listedLevel } from '../../issuance/essential-acr.js';

/**
 * Has the tokens of this request carry an `acr` that the request lists as essential (OpenID Connect Core 5.5.1.1). The library takes
 * the value for code and tokens from this member alone, which otherwise reads the session. The session keeps what it reached.
 */
export function useListedAcr({ oidc }: Pick<KoaContextWithOIDC, 'oidc'>): void {
  const level = listedLevel(oidc.params?.['claims'], oidc.session?.acr);
  if (level !== undefined) Object.defineProperty(oidc, 'acr', { value: level });
}
