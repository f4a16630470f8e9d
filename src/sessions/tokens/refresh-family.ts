import { createHmac, type KeyObject } from 'node:crypto';
import { newSecret } from '../../base/crypto/ids.js';
import { hashOf, type Hashed } from '../../base/crypto/hash-of.js';

/**
 * A refresh token is `<family>.<secret>`: the first half finds the family's document, and the whole is compared with its
 * `current`. A token of the family that is not current was therefore used before, however long ago.
 */
export interface RefreshTokenValue {
  readonly family: string;
  readonly whole: string;
}

export function parseRefreshToken(value: string): RefreshTokenValue | undefined {
  const [family, secret, ...rest] = value.split('.');
  return family && secret && rest.length === 0 ? { family, whole: value } : undefined;
}

/** A new refresh token; of the given family in a rotation. */
export const newRefreshToken = (family: string = newSecret()): string => `${family}.${newSecret()}`;

/**
 * The only successor of a token under this key: presenting it again gives the same one. Without the key a token reveals nothing
 * about its successor.
 */
export const successorOf = ({ family, whole }: RefreshTokenValue, key: KeyObject): string =>
  `${family}.${createHmac('sha256', key).update(whole).digest('base64url')}`;

export const familyId = (token: RefreshTokenValue): Hashed => hashOf(token.family);
export const currentOf = (token: RefreshTokenValue): Hashed => hashOf(token.whole);
