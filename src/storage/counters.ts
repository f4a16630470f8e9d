import { now, type Instant } from '../base/clock.js';
import { hashOf, type Hashed } from '../base/crypto/hash-of.js';
import { spec } from './spec.js';
import type { Realm } from './store.js';

/** A count that expires. Keys often contain user input, so they are stored as hashes. */
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

/** Counts shared by every process on the store. */
export function storeCounters(realm: Realm) {
  const collection = realm.of(counters);
  return {
    /** Adds atomically. A new count begins at 0 and expires at `endsAt`; an existing one keeps its expiry. */
    async add(key: string, by: number, endsAt: Instant): Promise<{ readonly value: number; readonly endsAt: Instant }> {
      const { value, expiresAt } = await collection.increment(hashOf(key), 'points', by, endsAt);
      return { value, endsAt: expiresAt ?? endsAt };
    },
    /** The existing ones. */
    async read(keys: readonly string[]) {
      const hashed = keys.map((key) => [key, hashOf(key)] as const);
      const found = await collection.getMany(hashed.map(([, id]) => id));
      const counts = new Map<string, { readonly value: number; readonly endsAt: Instant }>();
      for (const [key, id] of hashed) {
        const count = found.get(id);
        if (count) counts.set(key, { value: count.points, endsAt: count.expiresAt ?? now() });
      }
      return counts;
    },
    async endAt(key: string, endsAt: Instant): Promise<void> {
      await collection.change(hashOf(key), ({ version: _, ...count }) => ({ ...count, expiresAt: endsAt }));
    },
    /** @param endingAt only if it expires at that time */
    async remove(key: string, endingAt?: Instant): Promise<void> {
      await collection.remove(hashOf(key), endingAt === undefined ? undefined : { expiresAt: { is: endingAt } });
    },
  };
}
