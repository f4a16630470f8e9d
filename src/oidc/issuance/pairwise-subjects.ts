import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { sameBytes } from '../../base/crypto/constant-time-equal.js';

const SIV_BYTES = 16;
const CIPHER = 'aes-256-ctr';

/** A person's names at clients with pairwise subjects (OpenID Connect Core 8.1). */
export interface PairwiseSubjects {
  /** The same for the same person and sector for ever; says nothing of the name in another sector. */
  of(userId: string, sector: string): string;
  /** Whose name it is in this sector; undefined: nobody's. */
  userIdOf(subject: string, sector: string): string | undefined;
}

/**
 * Names are encrypted user ids, so that a request which names a person (id_token_hint, a requested `sub`) is read without
 * asking anybody. The initialisation vector is the MAC of what is encrypted (as in RFC 5297): equal gives equal, and what was
 * not made here does not open.
 *
 * @param key at least 256 random bits that never change: with another one everybody would be a stranger everywhere
 */
export function pairwiseSubjects(key: Buffer): PairwiseSubjects {
  const derived = (what: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `pairwise ${what}`, 32)));
  const macKey = derived('mac');
  const cipherKey = derived('cipher');
  const sivOf = (userId: string, sector: string): Buffer =>
    createHmac('sha256', macKey)
      .update(JSON.stringify([sector, userId]))
      .digest()
      .subarray(0, SIV_BYTES);

  return {
    of(userId, sector) {
      const siv = sivOf(userId, sector);
      const cipher = createCipheriv(CIPHER, cipherKey, siv);
      return Buffer.concat([siv, cipher.update(userId), cipher.final()]).toString('base64url');
    },
    userIdOf(subject, sector) {
      const bytes = Buffer.from(subject, 'base64url');
      // Decoding skips what is no base64: a name has one spelling.
      if (bytes.length <= SIV_BYTES || bytes.toString('base64url') !== subject) return undefined;
      const siv = bytes.subarray(0, SIV_BYTES);
      const decipher = createDecipheriv(CIPHER, cipherKey, siv);
      const userId = Buffer.concat([decipher.update(bytes.subarray(SIV_BYTES)), decipher.final()]).toString();
      return sameBytes(siv, sivOf(userId, sector)) ? userId : undefined;
    },
  };
}
