/** What Gatehouse signs tokens by. ES256 costs a third of the others, which are there for those who know nothing else. */
export const TOKEN_ALGORITHMS = ['ES256', 'RS256', 'PS256'] as const;

export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];
