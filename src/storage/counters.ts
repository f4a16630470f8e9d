import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import RateLimiterStoreAbstract from 'rate-limiter-flexible/lib/RateLimiterStoreAbstract.js';
import { now, type Instant } from '../base/clock.js';
import { hashOf, type Hashed } from '../base/crypto/hash-of.js';
import { spec } from './spec.js';
import type { Collection, Realm } from './store.js';

/** A count that ends by itself. What is counted is often something a person typed, so it is filed under its hash. */
export interface Counter {
  id: Hashed;
  points: number;
  expiresAt?: Instant;
}

export const counters = spec<Counter>()({
  name: 'counters',
  scope: 'realm',
  version: 1,
  indexed: {},
  hashed: ['id'],
  unique: {},
  queries: {},
});

export interface LimitRule {
  /** Keeps the counts of one rule apart from another's. */
  readonly name: string;
  /** How many are let through in one duration. */
  readonly points: number;
  readonly durationSeconds: number;
  /** How long the key stays shut once more than `points` came; absent: until the duration ends. */
  readonly blockSeconds?: number;
}

/**
 * A limiter of rate-limiter-flexible whose counts every process on the store shares. `consume` resolves while the rule
 * allows and rejects with a RateLimiterRes (no Error) when it does not; with StoreUnavailable when nothing is known.
 */
export function rateLimiter(realm: Realm, rule: LimitRule): RateLimiterStoreAbstract {
  return new StoreLimiter(realm.of(counters), rule);
}

/** Bare counts for rules of one's own. */
export function storeCounters(realm: Realm) {
  const kept = realm.of(counters);
  return {
    /** Adds, atomically. A count that is not there begins at 0 and ends at `endsAt`; one that is there keeps its end. */
    async add(key: string, by: number, endsAt: Instant): Promise<{ readonly value: number; readonly endsAt: Instant }> {
      const { value, expiresAt } = await kept.increment(hashOf(key), 'points', by, endsAt);
      return { value, endsAt: expiresAt ?? endsAt };
    },
    /** Those that are there. */
    async read(keys: readonly string[]) {
      const hashed = keys.map((key) => [key, hashOf(key)] as const);
      const found = await kept.getMany(hashed.map(([, id]) => id));
      const counts = new Map<string, { readonly value: number; readonly endsAt: Instant }>();
      for (const [key, id] of hashed) {
        const count = found.get(id);
        if (count) counts.set(key, { value: count.points, endsAt: count.expiresAt ?? now() });
      }
      return counts;
    },
    async endAt(key: string, endsAt: Instant): Promise<void> {
      await kept.change(hashOf(key), ({ version: _, ...count }) => ({ ...count, expiresAt: endsAt }));
    },
    /** @param endingAt only if that is when it ends */
    async remove(key: string, endingAt?: Instant): Promise<void> {
      await kept.remove(hashOf(key), endingAt === undefined ? undefined : { expiresAt: { is: endingAt } });
    },
  };
}

type Count = Pick<Counter, 'points' | 'expiresAt'>;

/** The underscored methods are the library's own contract for a store. */
class StoreLimiter extends RateLimiterStoreAbstract {
  readonly #kept: Collection<typeof counters>;

  constructor(kept: Collection<typeof counters>, { name, points, durationSeconds, blockSeconds }: LimitRule) {
    super({
      storeClient: undefined,
      keyPrefix: name,
      points,
      duration: durationSeconds,
      blockDuration: blockSeconds ?? 0,
    });
    this.#kept = kept;
  }

  async _get(key: string): Promise<Count | null> {
    return (await this.#kept.get(hashOf(key))) ?? null;
  }

  async _delete(key: string): Promise<boolean> {
    return this.#kept.remove(hashOf(key));
  }

  async _upsert(key: string, points: number, durationMs: number, replace = false): Promise<Count> {
    const ends = durationMs > 0 ? { expiresAt: now() + Math.round(durationMs) } : {};
    if (!replace) {
      const { value, ...rest } = await this.#kept.increment(hashOf(key), 'points', points, ends.expiresAt);
      return { points: value, ...rest };
    }
    await this.#kept.put({ id: hashOf(key), points, ...ends });
    return { points, ...ends };
  }

  _getRateLimiterRes(_key: string, changed: number, { points, expiresAt }: Count): RateLimiterRes {
    const left = expiresAt === undefined ? -1 : Math.max(expiresAt - now(), 0);
    return new RateLimiterRes(Math.max(this.points - points, 0), left, points, points === changed);
  }
}
