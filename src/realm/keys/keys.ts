import type { Instant } from '../../base/clock.js';
import { inUse, nextTurn } from './key-lifecycle.js';
import { KEY_USES, type KeyUse } from './key-ring.js';
import type { RingKey, SigningKey } from './ring-key.js';

/** Uses whose keys are our own secrets. */
type SecretUse = Exclude<KeyUse, 'signing'>;

/**
 * The keys of a realm at one time. For each use (and for tokens, each algorithm), the first key signs, and all verify. Secret:
 * never log, show or send them.
 */
export type Keys = { readonly signing: readonly SigningKey[] } & {
  readonly [U in SecretUse]: readonly [string, ...string[]];
};

export type Rings = Readonly<Record<KeyUse, readonly RingKey[]>>;

export function keysAt(rings: Rings, at: Instant): Keys {
  const signing = inUse(rings.signing, at).flatMap((key) => (key.algorithm === 'HMAC' ? [] : [key.jwk]));
  const secrets = KEY_USES.filter((use) => use !== 'signing').map((use) => [use, secretsOf(use, rings[use], at)]);
  return { signing, ...(Object.fromEntries(secrets) as Omit<Keys, 'signing'>) };
}

function secretsOf(use: KeyUse, ring: readonly RingKey[], at: Instant): readonly [string, ...string[]] {
  const [first, ...others] = inUse(ring, at).flatMap((key) => (key.algorithm === 'HMAC' ? [key.secret] : []));
  if (first === undefined) throw new Error(`There is no ${use} key.`);
  return [first, ...others];
}

/** The next time at which the result of {@link keysAt} changes, without anybody's change. */
export const turnAfter = (rings: Rings, at: Instant): Instant =>
  Math.min(...KEY_USES.map((use) => nextTurn(rings[use], at)));

/** Whether both hold the same keys in the same order. */
export const sameKeys = (one: Keys, other: Keys): boolean => names(one) === names(other);

const names = (keys: Keys): string =>
  JSON.stringify(KEY_USES.map((use) => keys[use].map((key) => (typeof key === 'string' ? key : key.kid))));

/** Secrets in the form that key objects are created from. */
export const bytesOf = ([first, ...others]: readonly [string, ...string[]]): [Buffer, ...Buffer[]] => [
  Buffer.from(first, 'base64url'),
  ...others.map((each) => Buffer.from(each, 'base64url')),
];
