/** The size that fits into a header with everything else: servers allow 8 KB in total. */
export const USUAL_TOKEN_BYTES = 6144;

/**
 * The rule for a token that exceeds its client's budget. `refuse`: no token. `drop-groups`: groups, segments and customer group
 * are omitted, which the token says; a token that is still too long is refused. `reference`: an opaque access token, for
 * resource servers that accept one; for an ID token, permissions are then available only at userinfo.
 */
export type OverBudget = (typeof OVER_BUDGET)[number];
export const OVER_BUDGET = ['refuse', 'drop-groups', 'reference'] as const;
