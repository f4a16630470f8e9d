import { below } from '../../base/problems/problem.js';
import { newId } from '../../base/crypto/ids.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, remove, type Write } from '../../storage/write.js';
import { foldEmail, foldIdentifier } from './normalize-identifier.js';
import { skeletonOf } from './name-skeleton.js';
import { type Identifier, identifiers, PRIMARY_STORE } from './identifier.js';

type IdentifierClaim = Omit<Identifier, 'id' | 'userId' | 'skeleton'>;

interface IdentifiedUser {
  /** Absent: `primary`. */
  readonly userstore?: string;
  readonly username: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
}

/** The identifiers of a user. */
export const heldIdentifiers = async (realm: Realm, userId: string): Promise<readonly Stored<Identifier>[]> =>
  (await realm.of(identifiers).find('byUser', { userId }, { limit: MOST_NAMES })).rows;

/** More than any user has; there is a username and at most one address. */
export const MOST_NAMES = 10;

/** The identifiers that a user reserves. Refused with `invalid`. Pure. */
export function claimsOf({
  userstore: store = PRIMARY_STORE,
  username,
  email,
  emailVerified,
}: IdentifiedUser): Saved<IdentifierClaim[]> {
  const name = foldIdentifier(username);
  if (!name.ok) return invalid(below(['username'], name.fault));
  const claims = [{ store, kind: 'username' as const, value: name.value }];
  if (email === undefined) return { ok: true, value: claims };
  const address = foldEmail(email);
  if (!address.ok) return invalid(below(['email'], address.fault));
  // A user whose username is their address has reserved it already.
  if (!emailVerified || address.value === name.value) return { ok: true, value: claims };
  return { ok: true, value: [...claims, { store, kind: 'email' as const, value: address.value }] };
}

/** The identifier documents for these names. */
export const identifiersOf = (userId: string, claims: readonly IdentifierClaim[]): Identifier[] =>
  claims.map((claim) => ({ ...claim, id: newId(), userId, skeleton: skeletonOf(claim.value) }));

/** The writes that replace a user's identifiers with the claimed ones. */
export function nameWrites(
  claims: readonly IdentifierClaim[],
  held: readonly Stored<Identifier>[],
  userId: string,
): Write[] {
  const isSame = (a: IdentifierClaim, b: IdentifierClaim): boolean =>
    a.kind === b.kind && a.value === b.value && a.store === b.store;
  return [
    ...held.filter((one) => !claims.some((claim) => isSame(one, claim))).map(({ id }) => remove(identifiers, id)),
    ...identifiersOf(
      userId,
      claims.filter((claim) => !held.some((one) => isSame(one, claim))),
    ).map((row) => insert(identifiers, row)),
  ];
}

/** The writes that replace a user's verified address with the claimed one; none if they are equal. */
export function emailWrites(
  claims: readonly IdentifierClaim[],
  held: readonly Stored<Identifier>[],
  userId: string,
): Write[] {
  const wanted = claims.find(({ kind }) => kind === 'email');
  const holds = held.filter(({ kind }) => kind === 'email');
  if (wanted && holds.some(({ value }) => value === wanted.value)) return [];
  return [
    ...holds.map(({ id }) => remove(identifiers, id)),
    ...(wanted ? identifiersOf(userId, [wanted]).map((row) => insert(identifiers, row)) : []),
  ];
}
