import type { AuthenticationRefusal } from './authentication-result.js';
import { acceptsProofs, acceptsTokens, type CallerSecurity } from './security.js';

/**
 * The WWW-Authenticate headers of a 401. Each way in has one (RFC 9110 11.6.1). The scheme that was used says what is wrong with the token
 * (RFC 6750 3, RFC 9449 7.1).
 */
export function challengesOf(
  security: CallerSecurity,
  refusal: AuthenticationRefusal,
  { realm, proofAlgorithms }: { readonly realm: string; readonly proofAlgorithms: readonly string[] },
): string[] {
  const errorAt = (scheme: 'Bearer' | 'DPoP'): string =>
    refusal.kind === 'token-refused' && (refusal.scheme === scheme || !acceptsProofs(security))
      ? `, error="${refusal.error}"`
      : '';
  return [
    ...(security.ways.includes('client-basic') ? [`Basic realm="${realm}", charset="UTF-8"`] : []),
    ...(acceptsTokens(security) ? [`Bearer realm="${realm}"${errorAt('Bearer')}`] : []),
    ...(acceptsProofs(security)
      ? [`DPoP realm="${realm}", algs="${proofAlgorithms.join(' ')}"${errorAt('DPoP')}`]
      : []),
  ];
}
