/**
 * The algorithms that sign tokens. RSA signatures cost ten times as much as those of ES256 and EdDSA, and few libraries support
 * EdDSA.
 */
export const TOKEN_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];
