import type { Account, AccountClaims, KoaContextWithOIDC } from 'oidc-provider';
import type { Effective } from '../../access/evaluation/effective.js';
import type { PostalAddress } from '../../identity/users/profile.js';
import type { User } from '../../identity/users/user.js';
import type { AttributeClaim } from '../../realm/claims/attribute-claims.js';
import { isTakenClaim } from '../../realm/claims/reserved-claims.js';
import { computedClaims } from './computed-claim-values.js';

/** How much of a user becomes claims. */
interface ClaimRelease {
  /** Which attributes are claims, and how. */
  readonly attributes: readonly AttributeClaim[];
  /** The claims that the client may receive at all. */
  readonly allowed: ReadonlySet<string>;
  /** The APIs whose permissions the client gets, by identifier, as claim mappings name them. */
  readonly permissionsAt: readonly string[];
}

/** A user as the library has it, with the access from which the claims are made. */
export interface UserAccount extends Account {
  readonly access: Effective;
  /** The connector by which they signed in, where that is known. */
  readonly connector?: string;
}

/** A user's access, and the sign-in that it depends on. */
interface AccountAccess {
  readonly access: Effective;
  readonly connector?: string | undefined;
}

// The library has no other accounts than those of `findAccount`, which are made here.
const ourAccount = ({ account }: KoaContextWithOIDC['oidc']) => account as UserAccount | undefined;

/** The access of the user whom this request is about; undefined until somebody has signed in. */
export const accessOfAccount = (oidc: KoaContextWithOIDC['oidc']): Effective | undefined => ourAccount(oidc)?.access;

/** The connector by which that user signed in. */
export const connectorOfAccount = (oidc: KoaContextWithOIDC['oidc']): string | undefined => ourAccount(oidc)?.connector;

/** A user in the library's words. The configuration says which of these claims each scope releases (see `configuration/claims`). */
export const accountOf = (
  user: User,
  { access, connector }: AccountAccess,
  { attributes, allowed, permissionsAt }: ClaimRelease,
): UserAccount => ({
  accountId: user.id,
  access,
  ...(connector !== undefined && { connector }),
  claims: (use) => {
    const all = {
      ...attributeClaims(user, attributes),
      ...profileClaims(user),
      ...computedClaims(access),
      ...(permissionsAt.length > 0 && {
        permissions: Object.fromEntries(permissionsAt.map((api) => [api, access.permissions(api)])),
      }),
      // Of the sign-in, like `acr`: userinfo speaks of the person.
      ...(use === 'id_token' && connector !== undefined && { idp: connector }),
    };
    return { sub: user.id, ...Object.fromEntries(Object.entries(all).filter(([claim]) => allowed.has(claim))) };
  },
});

/** OpenID Connect Core 5.1. Unknown values are left out. */
function profileClaims(user: User): AccountClaims {
  const { id, username, profile, email, emailVerified, createdAt, profileChangedAt = createdAt } = user;
  return {
    sub: id,
    preferred_username: username,
    updated_at: Math.floor(profileChangedAt / 1000),
    ...defined({
      name: profile.name,
      given_name: profile.givenName,
      middle_name: profile.middleName,
      family_name: profile.familyName,
      nickname: profile.nickname,
      profile: profile.page,
      picture: profile.picture,
      website: profile.website,
      gender: profile.gender,
      birthdate: profile.birthdate,
      zoneinfo: profile.zoneinfo,
      locale: profile.locale,
    }),
    ...(email !== undefined && { email, email_verified: emailVerified }),
    ...(profile.phoneNumber !== undefined && {
      phone_number: profile.phoneNumber,
      phone_number_verified: profile.phoneNumberVerified === true,
    }),
    ...(profile.address && { address: addressClaim(profile.address) }),
  };
}

/** OpenID Connect Core 5.1.1. */
const addressClaim = (address: PostalAddress): Record<string, string> =>
  defined({
    formatted: address.formatted,
    street_address: address.streetAddress,
    locality: address.locality,
    region: address.region,
    postal_code: address.postalCode,
    country: address.country,
  });

function attributeClaims({ attributes }: User, wanted: readonly AttributeClaim[]): AccountClaims {
  const claims = new Map<string, unknown>();
  for (const { attribute, claim, multiple } of wanted.filter((each) => !isTakenClaim(each.claim))) {
    const values = attributes.filter(({ name }) => name === attribute).map(({ value }) => value);
    if (multiple) claims.set(claim, values);
    else if (values.length > 0) claims.set(claim, values[0]);
  }
  return Object.fromEntries(claims) as AccountClaims;
}

const defined = (claims: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(claims).filter((claim): claim is [string, string] => claim[1] !== undefined));
