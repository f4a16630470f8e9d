import type { Configuration } from 'oidc-provider';
import { KNOWN_SCOPES } from '../../realm/scopes.js';

/** Which claims each scope releases (OpenID Connect Core 5.4, and ours: `roles`, `groups`). */
export const claims = {
  scopes: [...KNOWN_SCOPES],
  claims: {
    openid: ['sub', 'acr', 'amr', 'auth_time', 'sid'],
    profile: [
      'name',
      'given_name',
      'family_name',
      'nickname',
      'preferred_username',
      'picture',
      'website',
      'zoneinfo',
      'locale',
    ],
    email: ['email', 'email_verified'],
    roles: ['roles'],
    groups: ['groups'],
  },
  // Applications read roles and groups from the ID token too, without a second call.
  conformIdTokenClaims: false,
} satisfies Configuration;
