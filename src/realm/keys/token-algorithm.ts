/** The algorithms that sign tokens. Signing by RSA costs three times as much as by ES256; EdDSA costs least, and the fewest libraries know it. */
export const TOKEN_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];
