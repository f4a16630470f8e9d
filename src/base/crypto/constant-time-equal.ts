import { timingSafeEqual } from 'node:crypto';

/**
 * Whether two secrets are equal, in a time that reveals nothing about the position of a difference. Unequal lengths return
 * false, where `timingSafeEqual` throws; the length is no secret. Never throws.
 */
export const sameBytes = (given: Uint8Array, right: Uint8Array): boolean =>
  given.byteLength === right.byteLength && timingSafeEqual(given, right);

/**
 * Like {@link sameBytes}, for texts. They are compared in UTF-8, where equal numbers of characters may have different lengths
 * (`12345é`).
 */
export const sameText = (given: string, right: string): boolean => sameBytes(Buffer.from(given), Buffer.from(right));
