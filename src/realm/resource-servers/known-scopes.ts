import { COMPUTED_SCOPES, type ComputedScope } from '../claims/computed-claims.js';

const OPENID_SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const;

export type KnownScope = (typeof OPENID_SCOPES)[number] | ComputedScope | 'attributes';

/**
 * The scopes about the user, not about a resource server: those of OpenID Connect Core 5.4 and 11, of computed claims, and one for an
 * organisation's attributes.
 */
export const KNOWN_SCOPES: readonly KnownScope[] = [
  ...new Set([...OPENID_SCOPES, ...COMPUTED_SCOPES, 'attributes' as const]),
];
