import { CLOCKS_DIFFER, type Instant, now } from '../../base/clock.js';
import type { Collection } from '../../storage/store.js';
import type { Delay, delays } from './throttle-entry.js';
import { delayAfter, type Rule, THROTTLE } from './throttle-rules.js';

export interface Count {
  readonly value: number;
  readonly endsAt: Instant;
}

/** Counts that all processes share and that expire: a port, implemented by `storage/counters.ts`. */
export interface Counters {
  /** Adds atomically. A new count begins at 0 and expires at `endsAt`; an existing one keeps its expiry. */
  add(key: string, by: number, endsAt: Instant): Promise<Count>;
  /** The existing counts among these, in one store call. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, Count>>;
  /** Sets the expiry of an existing count. */
  endAt(key: string, endsAt: Instant): Promise<void>;
  /** @param endingAt only if it expires at that time */
  remove(key: string, endingAt?: Instant): Promise<void>;
}

/** The key of a count. */
export interface ThrottleCount extends Pick<Delay, 'kind' | 'identifier' | 'network'> {
  readonly key: string;
}

/** The result of taking an attempt from one rule. */
export type Taken =
  | {
      readonly ok: true;
      /** If it fails, it is the first remembered failure. */
      readonly isFirst: boolean;
      /** A slot was taken, because the free failures were used up. */
      readonly delayed: boolean;
      /** Undoes the attempt completely. */
      giveBack(): Promise<void>;
    }
  | { readonly ok: false; readonly until: Instant };

/** The stored state of a rule: its failures, and after the free ones a slot, which one attempt takes until the delay ends. */
export function throttleSlots(counters: Counters, collection: Collection<typeof delays>) {
  const uncount = async ({ key, kind }: ThrottleCount): Promise<void> => {
    await counters.add(key, -1, now() + THROTTLE[kind].remembered);
  };

  return {
    /** All keys to read for these rules, before anything is taken. */
    keysOf: (counted: ThrottleCount): readonly string[] => [counted.key, slotOf(counted.key)],

    /**
     * The time until which no slot is available; undefined if one is, or none is needed. Takes nothing.
     *
     * A slot that was taken while a clock was ahead would stay taken until the correct time reaches it. It therefore ends after
     * the longest delay from now.
     */
    async waitOf({ key, kind }: ThrottleCount, seen: ReadonlyMap<string, Count>): Promise<Instant | undefined> {
      const slot = seen.get(slotOf(key));
      if (!slot) return undefined;
      const latest = now() + THROTTLE[kind].longestDelay;
      // A slot from a clock that is slightly ahead stays as it is: ending it earlier would admit guesses there.
      if (slot.endsAt > latest + CLOCKS_DIFFER) await counters.endAt(slotOf(key), latest);
      return Math.min(slot.endsAt, latest);
    },

    /** Takes one attempt from the rule. Takes nothing if none is available. */
    async take(counted: ThrottleCount, seen: ReadonlyMap<string, Count>): Promise<Taken> {
      const { key, ...whose } = counted;
      const rule: Rule = THROTTLE[counted.kind];
      if ((seen.get(key)?.value ?? 0) < rule.free) {
        const { value } = await counters.add(key, 1, now() + rule.remembered);
        const giveBack = (): Promise<void> => uncount(counted);
        if (value <= rule.free) return { ok: true, isFirst: value <= 1, delayed: false, giveBack };
        // Concurrent attempts took the last free ones.
        await giveBack();
      }
      // The recorded number, not the count, which is too high for a moment during concurrent attempts.
      const before = await collection.get(key);
      const failures = (before?.failures ?? rule.free) + 1;
      const slot = await counters.add(slotOf(key), 1, now() + delayAfter(rule, failures));
      if (slot.value !== 1) return { ok: false, until: Math.min(slot.endsAt, now() + rule.longestDelay) };
      const { endsAt: expiresAt } = await counters.add(key, 1, now() + rule.remembered);
      await collection.put({ id: key, ...whose, failures, until: slot.endsAt, expiresAt });
      return {
        ok: true,
        isFirst: false,
        delayed: true,
        async giveBack() {
          await Promise.all([
            uncount(counted),
            counters.remove(slotOf(key), slot.endsAt),
            before ? collection.put(withoutVersion(before)) : collection.remove(key),
          ]);
        },
      };
    },

    /** Removes all failures. */
    async forget(key: string): Promise<void> {
      await Promise.all([counters.remove(key), counters.remove(slotOf(key)), collection.remove(key)]);
    },
  };
}

const slotOf = (key: string): string => `${key}.slot`;

const withoutVersion = ({ version: _, ...delay }: Delay & { readonly version: number }): Delay => delay;
