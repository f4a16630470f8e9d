/**
 * The algorithms that sign tokens. RSA signatures cost three times as much as ES256; EdDSA costs least, but few libraries
 * support it.
 */
export const TOKEN_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];
