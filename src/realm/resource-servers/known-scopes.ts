/**
 * The scopes that speak of the person and not of a resource server: those of OIDC Core 5.4 and 11, four of ours that bring
 * the names of roles, groups, segments and customer group into ID token and userinfo, and one for what an organisation keeps about its people besides.
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
  'segments',
  'customer_group',
  'attributes',
] as const;
