/**
 * The scopes that speak of the person and not of a resource server: those of OIDC Core 5.4 and 11, and two of ours that
 * bring role and group names into ID token and userinfo.
 */
export const KNOWN_SCOPES = ['openid', 'profile', 'email', 'offline_access', 'roles', 'groups'] as const;
