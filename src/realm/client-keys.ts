import { createPublicKey } from 'node:crypto';
import { z } from 'zod';

const text = z.string().min(1).max(2000);
const names = { kid: text.max(200).exactOptional(), use: z.literal('sig').exactOptional() };

/** A client's public key (RFC 7517), of a kind that an allowed algorithm signs by. A private part is refused by name. */
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
      e: text,
      alg: z.enum(['RS256', 'PS256']).exactOptional(),
      ...names,
    }),
  ])
  .superRefine((jwk, context) => {
    const fault = keyFault(jwk);
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
