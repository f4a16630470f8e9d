import { hkdfSync } from 'node:crypto';
import { minutes, now } from '../../base/clock.js';
import { sameText } from '../../base/crypto/constant-time-equal.js';

const STEP = minutes(1);
/** Nonces of so many steps before and after this one are accepted. */
const ACCEPTED = 2;

/**
 * The DPoP nonces of this issuer (RFC 9449 8): those of the token endpoint, as oidc-provider computes them. A client keeps one nonce for each
 * server. Nonces of two kinds at one origin would refuse each other's requests by turns.
 */
export function dpopNonces(secret: Buffer) {
  const current = (): number => Math.floor(now() / STEP);
  const nonceOf = (step: number): string => {
    const salt = Buffer.alloc(8);
    salt.writeBigUInt64BE(BigInt(step));
    return Buffer.from(hkdfSync('sha256', secret, salt, 'DPoP', 32)).toString('base64url');
  };
  return {
    /** The nonce for the next request. */
    next: () => nonceOf(current() + 1),
    accepts(nonce: string): boolean {
      const step = current();
      return Array.from({ length: 2 * ACCEPTED + 1 }, (_, at) => step - ACCEPTED + at).some((one) =>
        sameText(nonce, nonceOf(one)),
      );
    },
  };
}
