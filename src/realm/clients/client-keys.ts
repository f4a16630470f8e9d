import { createPublicKey } from 'node:crypto';
import { z } from 'zod';

/** The length of a modulus of 8192 bits, larger than any in use. The time to read a key grows with the square of its numbers. */
const LONGEST = 1400;
/** Node's own decoder ignores characters that are no base64. */
const number = (most: number) =>
  z
    .string()
    .regex(new RegExp(`^[A-Za-z0-9_-]{1,${most}}$`), `This is base64url (RFC 7518 6), ${most} characters at most.`);
const text = number(LONGEST);
/** The length of 256 bits (NIST FIPS 186-5 A.1.1); AQAB is usual. */
const LONGEST_EXPONENT = 43;
const names = {
  kid: z
    .string()
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'A kid is printable ASCII without spaces.')
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
  .superRefine((jwk, context) => {
    // Also runs if a part of it has been refused already.
    const fault = Object.values(jwk).some((part) => part.length > LONGEST) ? undefined : keyFault(jwk);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

export type PublicJwk = z.infer<typeof publicJwk>;

const SHORTEST_RSA = 2048;

function keyFault(jwk: object): string | undefined {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    if (asymmetricKeyType === 'rsa' && bits < SHORTEST_RSA) return `An RSA key has at least ${SHORTEST_RSA} bits.`;
    return undefined;
  } catch {
    return 'This is no public key.';
  }
}
