import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { problem, type Problem } from '../../base/problems/problem.js';
import { refusedAs, refusing } from '../../base/problems/read-input.js';

/** The length of a modulus of 8192 bits, larger than any in use. The time to read a key grows with the square of its numbers. */
const LONGEST = 1400;
/** Node's own decoder ignores characters that are no base64. */
const number = (most: number) =>
  z.string().refine((text) => text.length <= most && BASE64URL.test(text), refusedAs('key-number-form', { most }));
const BASE64URL = /^[A-Za-z0-9_-]+$/;
const text = number(LONGEST);
/** The length of 256 bits (NIST FIPS 186-5 A.1.1); AQAB is usual. */
const LONGEST_EXPONENT = 43;
const names = {
  kid: z
    .string()
    .max(200)
    .refine((kid) => /^[\x21-\x7e]+$/.test(kid), refusedAs('key-id-form', {}))
    .exactOptional(),
  use: z.literal('sig').exactOptional(),
};

/** A client's public key (RFC 7517), for an allowed algorithm. A private part is refused by name. */
export const publicJwk = z
  .discriminatedUnion('kty', [
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: text,
      y: text,
      alg: z.literal('ES256').exactOptional(),
      ...names,
    }),
    z.strictObject({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: text,
      alg: z.enum(['EdDSA', 'Ed25519']).exactOptional(),
      ...names,
    }),
    z.strictObject({
      kty: z.literal('RSA'),
      n: text,
      e: number(LONGEST_EXPONENT),
      alg: z.enum(['RS256', 'PS256']).exactOptional(),
      ...names,
    }),
  ])
  .superRefine(
    // Also runs if a part of it has been refused already.
    refusing((jwk) => (Object.values(jwk).some((part) => part.length > LONGEST) ? undefined : keyFault(jwk))),
  );

export type PublicJwk = z.infer<typeof publicJwk>;

const SHORTEST_RSA = 2048;

function keyFault(jwk: object): Problem | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    if (asymmetricKeyType === 'rsa' && bits < SHORTEST_RSA)
      return problem('rsa-key-too-short', [], { least: SHORTEST_RSA });
    return undefined;
  } catch {
    return problem('no-public-key', [], {});
  }
}
