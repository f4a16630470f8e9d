import { isDeepStrictEqual } from 'node:util';
import { type Block, isBlocked, withBlock } from '../../base/block.js';
import { below } from '../../base/problems/problem.js';
import { readInput } from '../../base/problems/read-input.js';
import { type Instant } from '../../base/clock.js';
import { invalid, type Saved } from '../../changes/change-result.js';
import { mergeFields } from '../../changes/merge-fields.js';
import { claimsOf } from '../identifiers/identifier-writes.js';
import { newUsernameFault } from '../identifiers/normalize-identifier.js';
import { type Profile, profileInput } from './profile.js';
import type { UserPatch } from './user-input.js';
import type { User } from './user.js';

type Claims = Extract<ReturnType<typeof claimsOf>, { ok: true }>['value'];

/**
 * A user with these changes, without the effects of a new block and of new names. Refused with `invalid`. Pure.
 * @param reason why it is done, for a block that gives no reason of its own
 */
export function patchedUser(
  before: User,
  patch: UserPatch,
  at: Instant,
  reason?: string,
): Saved<{ readonly user: User; readonly claims: Claims }> {
  const { username = before.username, attributes = before.attributes } = patch;
  const profile = patchedProfile(before.profile, patch.profile ?? {});
  if (!profile.ok) return profile;
  const mixed = username === before.username ? undefined : newUsernameFault(username);
  if (mixed !== undefined) return invalid(below(['username'], mixed));
  const { email, emailVerified } = patchedEmail(before, patch);
  const { email: _email, ...rest } = before;
  const named = { ...rest, username, ...(email !== undefined && { email }), emailVerified };
  const claims = claimsOf(named);
  if (!claims.ok) return claims;
  const isToldOtherwise =
    email !== before.email ||
    emailVerified !== before.emailVerified ||
    !isDeepStrictEqual(profile.value, before.profile);
  const blocks = patchedBlocks(before, patch, at, reason);
  const user = {
    ...named,
    blocks,
    attributes,
    profile: profile.value,
    ...(isToldOtherwise && { profileChangedAt: at }),
  };
  return { ok: true, value: { user, claims: claims.value } };
}

/** With the administrator's block set, changed or lifted. A block that stands keeps its beginning. */
function patchedBlocks(
  { blocks }: User,
  { block: wanted, state }: UserPatch,
  at: Instant,
  reason: string | undefined,
): Block[] {
  const block = wanted === undefined && state !== undefined ? (state === 'disabled' ? {} : null) : wanted;
  if (block === undefined) return blocks;
  const before = blocks.find(({ by }) => by === 'administrator');
  if (block === null) return withBlock(blocks, 'administrator', undefined);
  const stands = before && isBlocked({ blocks: [before] }, at);
  // The previous release's way to say it changes nothing about a block that stands.
  if (stands && wanted === undefined) return blocks;
  return withBlock(blocks, 'administrator', {
    ...{ by: 'administrator', since: stands ? before.since : at },
    ...(reason !== undefined && { reason }),
    ...block,
  });
}

/** With these fields replaced; `null` removes one. */
function patchedProfile(profile: Profile, patch: Readonly<Record<string, unknown>>): Saved<Profile> {
  const read = readInput(profileInput, mergeFields({ ...profile }, patch));
  return read.ok ? read : invalid(...read.problems.map((one) => below(['profile'], one)));
}

/** A new address is verified only if the patch says so. */
function patchedEmail(
  before: Pick<User, 'email' | 'emailVerified'>,
  { email: wanted = before.email, emailVerified }: UserPatch,
): { readonly email?: string; readonly emailVerified: boolean } {
  if (typeof wanted !== 'string') return { emailVerified: false };
  return { email: wanted, emailVerified: emailVerified ?? (wanted === before.email && before.emailVerified) };
}
