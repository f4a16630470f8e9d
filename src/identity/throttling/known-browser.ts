import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { days, type Instant, now } from '../../base/clock.js';
import { sameBytes } from '../../base/crypto/constant-time-equal.js';
import { type SignedOut, type SignOutEpoch, signOutEpochOf } from '../../sessions/sign-out-epoch.js';

/** How long a browser stays known after a sign-in. */
export const BROWSER_KNOWN_FOR = days(90);

/** The claim of a cookie that its browser signed in as this user. Unverified until {@link KnownBrowsers.holds}. */
export interface BrowserClaim {
  readonly userId: string;
  /** A random id of the browser. */
  readonly id: string;
  readonly expiresAt: Instant;
  readonly mac: string;
}

export interface KnownBrowsers {
  /** The value of a cookie for a browser that has just signed in as this user. */
  issue(userId: string, epoch: SignOutEpoch): string;
  /** Whether it was issued for this user and is still valid. A sign-out everywhere and a new password invalidate it. */
  holds(claim: BrowserClaim, user: SignedOut & { readonly id: string }): boolean;
}

/** @param key for the MAC */
export function knownBrowsers(key: Buffer): KnownBrowsers {
  const macKey = createSecretKey(key);
  const macOf = (userId: string, epoch: SignOutEpoch, id: string, expiresAt: Instant): Buffer =>
    createHmac('sha256', macKey)
      .update(JSON.stringify(['known browser', userId, epoch, id, expiresAt]))
      .digest();
  return {
    issue(userId, epoch) {
      const id = randomBytes(16).toString('base64url');
      const expiresAt = now() + BROWSER_KNOWN_FOR;
      const mac = macOf(userId, epoch, id, expiresAt).toString('base64url');
      return [Buffer.from(userId).toString('base64url'), id, expiresAt, mac].join('.');
    },
    holds({ userId, id, expiresAt, mac }, user) {
      if (userId !== user.id || expiresAt <= now()) return false;
      const right = macOf(userId, signOutEpochOf(user), id, expiresAt);
      return sameBytes(Buffer.from(mac, 'base64url'), right);
    },
  };
}

/** Parses the value of such a cookie; undefined if it is not one. */
export function readBrowserCookie(value: string | undefined): BrowserClaim | undefined {
  const parts = /^([\w-]{1,400})\.([\w-]{22})\.(\d{1,15})\.([\w-]{43})$/.exec(value ?? '');
  if (!parts) return undefined;
  const [, user = '', id = '', expiresAt = '', mac = ''] = parts;
  return { userId: Buffer.from(user, 'base64url').toString(), id, expiresAt: Number(expiresAt), mac };
}
