import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

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
  const mac = (key: KeyObject, belongsTo: string, form: string): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([belongsTo, form]))
      .digest();
  const kept = keys.map((key) => createSecretKey(key));
  const current = createSecretKey(keys[0]);
  return {
    issue: (belongsTo, form) => mac(current, belongsTo, form).toString('base64url'),
    holds(token, belongsTo, form) {
      const given = Buffer.from(token ?? '', 'base64url');
      return kept.some((key) => {
        const right = mac(key, belongsTo, form);
        return given.length === right.length && timingSafeEqual(given, right);
      });
    },
  };
}
