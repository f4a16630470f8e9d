/** A claim that is computed from a person's access or home, besides the claims of the protocols. */
interface ComputedClaim {
  /** The scope that releases it to a client. */
  readonly scope: string;
  /** The JSON form unless a mapping says otherwise: an array, or one text. */
  readonly format: 'list' | 'text';
  /** Whether ID tokens and userinfo contain it without a mapping. */
  readonly isDefault: boolean;
  /** Whether the rule `drop-groups` leaves it out of a token that is too long. */
  readonly isDroppable: boolean;
}

/** Every computed claim by its usual name. `oidc/issuance/computed-claim-values.ts` says how each is computed. */
export const COMPUTED_CLAIMS = {
  roles: { scope: 'roles', format: 'list', isDefault: true, isDroppable: false },
  // Only where a mapping names it: permissions belong to one resource server.
  permissions: { scope: 'roles', format: 'list', isDefault: false, isDroppable: false },
  groups: { scope: 'groups', format: 'list', isDefault: true, isDroppable: true },
  segments: { scope: 'segments', format: 'list', isDefault: true, isDroppable: true },
  customer_group: { scope: 'customer_group', format: 'text', isDefault: true, isDroppable: true },
  // Only where a mapping names it: most applications have no use for where somebody lives.
  userstore: { scope: 'profile', format: 'text', isDefault: false, isDroppable: false },
} as const satisfies Readonly<Record<string, ComputedClaim>>;

export type ComputedClaimName = keyof typeof COMPUTED_CLAIMS;
export type ComputedScope = (typeof COMPUTED_CLAIMS)[ComputedClaimName]['scope'];

export const COMPUTED_CLAIM_NAMES = Object.keys(COMPUTED_CLAIMS) as readonly ComputedClaimName[];
/** Each once. */
export const COMPUTED_SCOPES: readonly ComputedScope[] = [
  ...new Set(COMPUTED_CLAIM_NAMES.map((name) => COMPUTED_CLAIMS[name].scope)),
];
