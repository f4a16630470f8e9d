import { type KeyObject, sign } from 'node:crypto';
import type { Instant } from '../../../base/clock.js';
import { random } from '../../../base/crypto/random-bytes.js';
import { der, objectIdentifier, TAG } from './der.js';

const SHA256_WITH_RSA = der(TAG.sequence, objectIdentifier('1.2.840.113549.1.1.11'), der(TAG.null));
const COMMON_NAME = objectIdentifier('2.5.4.3');

/** In characters (RFC 5280, ub-common-name). */
const LONGEST_NAME = 64;

/**
 * A certificate that an RSA key signs for itself (RFC 5280 4.1). In SAML it is an envelope for the public key: whoever trusts it does so since
 * an administrator brought it, and nobody builds a chain from it.
 *
 * @param name of the subject, cut to 64 characters
 * @returns DER
 */
export function selfSigned(
  { privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  name: string,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): Buffer {
  const commonName = der(TAG.sequence, COMMON_NAME, der(TAG.utf8String, Buffer.from(name.slice(0, LONGEST_NAME))));
  const subject = der(TAG.sequence, der(TAG.set, commonName));
  const content = der(
    TAG.sequence,
    // Version 1: it has no extensions.
    serialNumber(),
    SHA256_WITH_RSA,
    subject,
    der(TAG.sequence, time(from), time(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', content, privateKey);
  return der(TAG.sequence, content, SHA256_WITH_RSA, der(TAG.bitString, Buffer.from([0]), signature));
}

/** Positive, and of the same length always (RFC 5280 4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = random(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return der(TAG.integer, bytes);
}

/** RFC 5280 4.1.2.5: two digits of a year up to 2049, four from then on. */
function time(instant: Instant): Buffer {
  const written = new Date(instant).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  const isShort = Number(written.slice(0, 4)) < 2050;
  return isShort ? der(TAG.utcTime, Buffer.from(written.slice(2))) : der(TAG.generalizedTime, Buffer.from(written));
}
