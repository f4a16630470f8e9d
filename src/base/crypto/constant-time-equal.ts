import { timingSafeEqual } from 'node:crypto';

/**
 * Whether two secrets are the same, in a time that says nothing of where they differ. Those of other lengths are not, where
 * `timingSafeEqual` throws: how long the right one is, is no secret. Never throws.
 */
export const sameBytes = (given: Uint8Array, right: Uint8Array): boolean =>
  given.byteLength === right.byteLength && timingSafeEqual(given, right);

/** As {@link sameBytes}, of texts. They are compared in UTF-8: as many characters may be more bytes (`12345é`). */
export const sameText = (given: string, right: string): boolean => sameBytes(Buffer.from(given), Buffer.from(right));
