import type { Account, AccountClaims } from 'oidc-provider';
import type { Effective } from '../access/effective.js';
import type { User } from '../identity/user.js';

/** A user in the library's words. What each scope releases of these claims is configured (see `configuration/claims`). */
export const accountOf = (user: User, access: Effective): Account => ({
  accountId: user.id,
  claims: () => ({ ...profileClaims(user), roles: access.roles, groups: access.groups }),
});

/** OpenID Connect Core 5.1. */
function profileClaims({ id, username, profile, email, emailVerified }: User): AccountClaims {
  return {
    sub: id,
    preferred_username: username,
    ...defined({
      name: profile.name,
      given_name: profile.givenName,
      family_name: profile.familyName,
      nickname: profile.nickname,
      picture: profile.picture,
      website: profile.website,
      zoneinfo: profile.zoneinfo,
      locale: profile.locale,
    }),
    ...(email !== undefined && { email, email_verified: emailVerified }),
  };
}

const defined = (claims: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(claims).filter((claim): claim is [string, string] => claim[1] !== undefined));
