import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { sameText } from '../../base/crypto/constant-time-equal.js';

/**
 * Proof that a form came from a page of ours: an HMAC over what the form belongs to and its name. It holds for one browser
 * because what it belongs to (an interaction, a session) is bound to that browser by a cookie.
 */
export interface CsrfTokens {
  /** @param form its name, so that one form's token does not open another */
  issue(belongsTo: string, form: string): string;
  holds(token: string | undefined, belongsTo: string, form: string): boolean;
}

/** @param keys the first issues, all of them verify; at least 32 bytes each */
export function csrfTokens(keys: readonly [Buffer, ...Buffer[]]): CsrfTokens {
  // As a JSON array no two pairs can be written alike.
  const mac = (key: KeyObject, belongsTo: string, form: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([belongsTo, form]))
      .digest('base64url');
  const kept = keys.map((key) => createSecretKey(key));
  const current = createSecretKey(keys[0]);
  return {
    issue: (belongsTo, form) => mac(current, belongsTo, form),
    // As texts: decoding would skip what is no base64.
    holds: (token, belongsTo, form) => kept.some((key) => sameText(token ?? '', mac(key, belongsTo, form))),
  };
}
