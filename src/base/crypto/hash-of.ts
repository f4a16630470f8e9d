import { hash } from 'node:crypto';

declare const hashed: unique symbol;

/** The SHA-256 of a secret, the only form in which bearer secrets are stored. Only {@link hashOf} creates it. */
export type Hashed = string & { readonly [hashed]: true };

const PREFIX = 'sha256:';

/**
 * The stored form of a bearer secret. Plain SHA-256 is enough because everything hashed here has at least 128 random bits;
 * passwords do not, and go through `identity/`.
 */
export const hashOf = (secret: string): Hashed => `${PREFIX}${hash('sha256', secret, 'base64url')}` as Hashed;

/** Whether a string has the form of {@link hashOf}: the storage port uses this to refuse a plain secret at run time. */
export const isHashed = (value: string): value is Hashed =>
  value.length === PREFIX.length + 43 && value.startsWith(PREFIX);
