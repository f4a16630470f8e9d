import { createHash } from 'node:crypto';
import type { Instant } from '../base/clock.js';
import { canonicalJson } from '../base/canonical-json.js';
import { pages } from '../base/paging.js';
import type { EngineReader, WalkedRow } from '../storage/engine.js';
import type { AnySpec } from '../storage/spec.js';

/** The digest of a set of documents, independent of their order. */
export interface Digest {
  readonly count: number;
  /** The sum, modulo 2^256, of the SHA-256 of each. */
  readonly sum: bigint;
}

/** The number of documents in memory, and in one message. */
export const PAGE = { limit: 500 };

const EMPTY: Digest = { count: 0, sum: 0n };
const MODULUS = 2n ** 256n;

export const together = (digests: Iterable<Digest>): Digest =>
  [...digests].reduce((a, b) => ({ count: a.count + b.count, sum: (a.sum + b.sum) % MODULUS }), EMPTY);

export const same = (a: Digest = EMPTY, b: Digest = EMPTY): boolean => a.count === b.count && a.sum === b.sum;

/** All documents of a kind that outlive this time, realm by realm. */
export async function digestsOf(store: EngineReader, spec: AnySpec, past: Instant): Promise<Map<string, Digest>> {
  const realms = new Map<string, Digest>();
  for await (const rows of pages((page) => store.walk(spec, page), PAGE)) {
    for (const row of rows) {
      const { expiresAt } = row.document;
      if (expiresAt !== undefined && expiresAt <= past) continue;
      const { count, sum } = realms.get(row.realm) ?? EMPTY;
      realms.set(row.realm, { count: count + 1, sum: (sum + hashOfRow(row)) % MODULUS });
    }
  }
  return realms;
}

function hashOfRow({ realm, shape, version, document }: WalkedRow): bigint {
  const text = canonicalJson([realm, shape, version, document]);
  return BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
}
