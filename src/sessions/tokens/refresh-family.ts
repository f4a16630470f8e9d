import { createHmac } from 'node:crypto';
import { newSecret } from '../../base/crypto/ids.js';
import { hashOf, type Hashed } from '../../base/crypto/hash-of.js';

/**
 * A refresh token is `<family>.<secret>`: the first half finds the family's document, the whole is compared with its
 * `current`. So whatever names the family and is not current was used before, however long ago.
 */
export interface RefreshTokenValue {
  readonly family: string;
  readonly whole: string;
}

export function parseRefreshToken(value: string): RefreshTokenValue | undefined {
  const [family, secret, ...rest] = value.split('.');
  return family && secret && rest.length === 0 ? { family, whole: value } : undefined;
}

/** A new refresh token; of the given family where one is being rotated. */
export const newRefreshToken = (family: string = newSecret()): string => `${family}.${newSecret()}`;

/**
 * The one successor that a token can have by this key: whoever comes with it again gets the same. Without the key nobody
 * gets from a token to what followed it.
 */
export const successorOf = ({ family, whole }: RefreshTokenValue, key: Buffer): string =>
  `${family}.${createHmac('sha256', key).update(whole).digest('base64url')}`;

export const familyId = (token: RefreshTokenValue): Hashed => hashOf(token.family);
export const currentOf = (token: RefreshTokenValue): Hashed => hashOf(token.whole);
