/**
 * The scopes that speak of the person and not of a resource server: those of OIDC Core 5.4 and 11, two of ours that bring
 * role and group names into ID token and userinfo, and one for what an organisation keeps about its people besides.
 */
export const KNOWN_SCOPES = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'roles',
  'groups',
  'attributes',
] as const;
