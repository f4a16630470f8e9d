import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { sameText } from '../../base/crypto/constant-time-equal.js';

/**
 * Proves that a form came from one of our pages: an HMAC over the form's name and its owner. It is bound to one browser because
 * a cookie binds the owner (an interaction, a session) to that browser.
 */
export interface CsrfTokens {
  /** @param form its name, so that one form's token is not valid for another */
  issue(belongsTo: string, form: string): string;
  holds(token: string | undefined, belongsTo: string, form: string): boolean;
}

/** @param keys the first issues, all of them verify; at least 32 bytes each */
export function csrfTokens(keys: readonly [Buffer, ...Buffer[]]): CsrfTokens {
  // A JSON array, so that two different pairs never have the same encoding.
  const mac = (key: KeyObject, belongsTo: string, form: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([belongsTo, form]))
      .digest('base64url');
  const keyObjects = keys.map((key) => createSecretKey(key));
  const current = createSecretKey(keys[0]);
  return {
    issue: (belongsTo, form) => mac(current, belongsTo, form),
    // Compared as texts: decoding would skip characters that are no base64.
    holds: (token, belongsTo, form) => keyObjects.some((key) => sameText(token ?? '', mac(key, belongsTo, form))),
  };
}
