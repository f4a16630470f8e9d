import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { sameText } from '../../base/crypto/constant-time-equal.js';

/**
 * Signs cookies for Koa (the interface of `keygrip`). A cookie without our valid signature counts as absent.
 *
 * Keygrip itself creates key objects from its raw keys for each signature, and two more MACs under a new key for the
 * comparison.
 */
export interface CookieSignatures {
  sign(cookie: string): string;
  verify(cookie: string, signature: string): boolean;
  /** The index of the key that signed it; -1 for none. A cookie signed by another key than the first is signed again. */
  index(cookie: string, signature: string): number;
}

/** @param keys the first signs, all of them verify */
export function cookieSignatures(keys: readonly string[]): CookieSignatures {
  const keyObjects = keys.map((key) => createSecretKey(key, 'utf8'));
  const mac = (key: KeyObject, cookie: string): string => createHmac('sha256', key).update(cookie).digest('base64url');
  const [current] = keyObjects;
  if (!current) throw new Error('Cookies need a key to be signed with.');
  const index = (cookie: string, signature: string): number => {
    return keyObjects.findIndex((key) => sameText(signature, mac(key, cookie)));
  };
  return {
    sign: (cookie) => mac(current, cookie),
    verify: (cookie, signature) => index(cookie, signature) >= 0,
    index,
  };
}
