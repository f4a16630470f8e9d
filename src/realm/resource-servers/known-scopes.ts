/**
 * The scopes about the user, not about a resource server: those of OIDC Core 5.4 and 11; four of ours that add the names of
 * roles, groups, segments and customer group to ID token and userinfo; and one for an organisation's attributes.
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
