import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import type { Instant } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { newSecret } from '../../base/crypto/ids.js';
import type { TokenAlgorithm } from './token-algorithm.js';

const text = z.string().min(1);
const life = {
  /** Identifies it within its realm and reveals nothing of it. */
  kid: text,
  /** When it was created and published to every process; a signing key, to everybody. */
  publishedAt: z.int(),
  /** From this time on it replaces the previous key. */
  signsFrom: z.int(),
  /** From this time on nothing that it signed is accepted; absent: it still signs, or did until just now. */
  verifiesUntil: z.int().exactOptional(),
};

/** RFC 7518 6.2.2. */
const es256 = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
  kid: text,
  x: text,
  y: text,
  d: text,
});

/** RFC 8037 2. */
const eddsa = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  alg: z.literal('EdDSA'),
  use: z.literal('sig'),
  kid: text,
  x: text,
  d: text,
});

/** RFC 7518 6.3.2. It names no algorithm: one key signs by RS256 and PS256, as each client or resource server requires. */
const rsa = z.strictObject({
  kty: z.literal('RSA'),
  use: z.literal('sig'),
  kid: text,
  ...{ n: text, e: text, d: text, p: text, q: text, dp: text, dq: text, qi: text },
});

/** A key of a ring with its lifecycle. Secret: never log, show or send it. */
export const ringKey = z.discriminatedUnion('algorithm', [
  z.strictObject({ ...life, algorithm: z.literal('ES256'), jwk: es256 }),
  z.strictObject({ ...life, algorithm: z.literal('RSA'), jwk: rsa }),
  z.strictObject({ ...life, algorithm: z.literal('EdDSA'), jwk: eddsa }),
  z.strictObject({ ...life, algorithm: z.literal('HMAC'), secret: z.string().min(43) }),
]);

export type RingKey = z.infer<typeof ringKey>;
export type KeyAlgorithm = RingKey['algorithm'];
/** A private key that signs tokens (RFC 7517). */
export type SigningKey = z.infer<typeof es256> | z.infer<typeof rsa> | z.infer<typeof eddsa>;

const KEY_TYPES = { ES256: 'EC', RS256: 'RSA', PS256: 'RSA', EdDSA: 'OKP' } as const satisfies Record<
  TokenAlgorithm,
  SigningKey['kty']
>;

/** The signing key for this algorithm: the first of its type. */
export const signerFor = (algorithm: TokenAlgorithm, signing: readonly SigningKey[]): SigningKey | undefined =>
  signing.find(({ kty }) => kty === KEY_TYPES[algorithm]);

/** A new key, which signs from now on. RSA takes a tenth of a second or more: never during a request. */
export async function makeKey(algorithm: KeyAlgorithm, publishedAt: Instant, signsFrom: Instant): Promise<RingKey> {
  const born = { publishedAt, signsFrom };
  switch (algorithm) {
    case 'ES256': {
      const jwk = es256.parse({ ...(await newJwk('ES256')), alg: 'ES256' });
      return { ...born, kid: jwk.kid, algorithm, jwk };
    }
    case 'RSA': {
      const jwk = rsa.parse(await newJwk('RS256'));
      return { ...born, kid: jwk.kid, algorithm, jwk };
    }
    case 'EdDSA': {
      const jwk = eddsa.parse({ ...(await newJwk('EdDSA')), alg: 'EdDSA' });
      return { ...born, kid: jwk.kid, algorithm, jwk };
    }
    case 'HMAC': {
      const secret = newSecret();
      return { ...born, kid: secretId(secret), algorithm, secret };
    }
  }
}

async function newJwk(algorithm: 'ES256' | 'RS256' | 'EdDSA'): Promise<object> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  // RFC 7638: the id is the key's own thumbprint, so no two keys can share one.
  return { ...jwk, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}

/** Part of a hash reveals nothing about 256 random bits. */
export const secretId = (secret: string): string => hashOf(`kid ${secret}`).slice('sha256:'.length).slice(0, 16);
