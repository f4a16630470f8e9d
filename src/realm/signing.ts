import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';

/** A private key that signs tokens (RFC 7517, RFC 7518 6.2.2). */
const signingKey = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
  kid: z.string().min(1),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

/** The first one signs; all of them verify. */
export const signingKeys = z.array(signingKey).min(1);

export type SigningKey = z.infer<typeof signingKey>;

/** A new ES256 key: a token costs a third of what RSA would, and every client library knows it. */
export async function makeSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  // RFC 7638: the id is the key's own thumbprint, so no two keys can share one.
  return signingKey.parse({ ...jwk, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) });
}
