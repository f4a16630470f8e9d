import { z } from 'zod';
import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import { spec } from '../../storage/spec.js';
import { type KeyAlgorithm, ringKey, type RingKey, secretId } from './ring-key.js';

/** The keys of one use in one realm, sealed as a whole: of two concurrent changes, one conflicts. */
export type KeyRing = {
  id: string;
  use: KeyUse;
  /** JSON: a list of {@link RingKey}. */
  keys: string;
  madeAt: Instant;
};

/**
 * The keys of each use: for every algorithm one signing key, and those before and after it. A fixed ring never changes, since
 * its results are stored permanently.
 */
export const USES = {
  /** For tokens: by default access tokens by ES256 and ID tokens by RSA; clients and resource servers may choose others. */
  signing: { algorithms: ['ES256', 'RSA', 'EdDSA'], fixed: false },
  cookies: { algorithms: ['HMAC'], fixed: false },
  csrf: { algorithms: ['HMAC'], fixed: false },
  /** For DPoP nonces (RFC 9449 8): after a change a client gets a new one. */
  proofNonces: { algorithms: ['HMAC'], fixed: false },
  /** For successors of refresh tokens within their client's reuse interval. */
  successors: { algorithms: ['HMAC'], fixed: false },
  /** Every password hash depends on it: another one would invalidate all passwords. */
  pepper: { algorithms: ['HMAC'], fixed: true },
  /** For pairwise subjects: another key would change every user's subject. */
  subjects: { algorithms: ['HMAC'], fixed: true },
} as const satisfies Readonly<
  Record<string, { readonly algorithms: readonly [KeyAlgorithm, ...KeyAlgorithm[]]; readonly fixed: boolean }>
>;

export type KeyUse = keyof typeof USES;
export const KEY_USES = Object.keys(USES) as KeyUse[];

export const keyRings = spec<KeyRing>()({
  name: 'keyRings',
  scope: 'realm',
  version: 2,
  migrations: { 2: withLives },
  indexed: { use: 'string' },
  sealed: ['keys'],
  unique: { use: ['use'] },
  queries: {},
});

const list = z.array(ringKey).min(1);

/** The keys of a ring. @throws {Error} for invalid content */
export const keysOf = ({ keys }: Pick<KeyRing, 'keys'>): readonly RingKey[] => list.parse(JSON.parse(keys));

/**
 * Before version 1 a ring held bare keys, of which the first signed: JWKs, secrets, or one secret. A process of that version
 * reads its rings once, at its start, and so continues beside us.
 */
function withLives(document: JsonObject): JsonObject {
  const parsed: unknown = JSON.parse(document['keys'] as string);
  const bare: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (bare.some((key) => typeof key === 'object' && key !== null && 'algorithm' in key)) return document;
  const madeAt = Number(document['madeAt']);
  // The first key signed, so it began last.
  const keys = bare.map((key, at) => {
    const born = { publishedAt: madeAt, signsFrom: madeAt - at };
    if (typeof key === 'string') return { ...born, kid: secretId(key), algorithm: 'HMAC', secret: key };
    return { ...born, kid: (key as { kid: string }).kid, algorithm: 'ES256', jwk: key };
  });
  return { ...document, keys: JSON.stringify(keys) };
}
