/** The size that fits into a header besides the rest: servers allow 8 KB for all of them. */
export const USUAL_TOKEN_BYTES = 6144;

/**
 * The rule for a token that is longer than its client's budget.
 * `refuse`: there is none. `drop-groups`: groups, segments and customer group are left out, which the token says; what is too long
 * even so is refused. `reference`: an opaque access token, for resource servers that accept one; an ID token says what a person
 * may do at userinfo alone.
 */
export type OverBudget = (typeof OVER_BUDGET)[number];
export const OVER_BUDGET = ['refuse', 'drop-groups', 'reference'] as const;
