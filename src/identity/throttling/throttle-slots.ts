import { CLOCKS_DIFFER, type Instant, now } from '../../base/clock.js';
import type { Collection } from '../../storage/store.js';
import type { Delay, delays } from './throttle-entry.js';
import { delayAfter, type Rule, THROTTLE } from './throttle-rules.js';

export interface Count {
  readonly value: number;
  readonly endsAt: Instant;
}

/** Counts that all processes share and that end by themselves: a port, which `storage/counters.ts` fulfils. */
export interface Counters {
  /** Adds, atomically. A count that is not there begins at 0 and ends at `endsAt`; one that is there keeps its end. */
  add(key: string, by: number, endsAt: Instant): Promise<Count>;
  /** Those that are there, in one call of the store. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, Count>>;
  /** Lets one that is there end then. */
  endAt(key: string, endsAt: Instant): Promise<void>;
  /** @param endingAt only if that is when it ends */
  remove(key: string, endingAt?: Instant): Promise<void>;
}

/** The key under which failures of a kind are counted. */
export interface ThrottleCount extends Pick<Delay, 'kind' | 'identifier' | 'network'> {
  readonly key: string;
}

/** The result of taking an attempt from one rule. */
export type Taken =
  | {
      readonly ok: true;
      /** It is the first failure that is remembered, if it fails. */
      readonly isFirst: boolean;
      /** A slot was taken: the failures before were not free. */
      readonly delayed: boolean;
      /** As if it had never been taken. */
      giveBack(): Promise<void>;
    }
  | { readonly ok: false; readonly until: Instant };

/** The stored state of a rule: its failures, and after the free ones a slot, which one attempt takes until the delay ends. */
export function throttleSlots(counters: Counters, told: Collection<typeof delays>) {
  const uncount = async ({ key, kind }: ThrottleCount): Promise<void> => {
    await counters.add(key, -1, now() + THROTTLE[kind].remembered);
  };

  return {
    /** All that is read of these, before anything is taken. */
    keysOf: (counted: ThrottleCount): readonly string[] => [counted.key, slotOf(counted.key)],

    /**
     * Until when nobody gets a slot; undefined: it is free, or none is needed. Takes nothing.
     *
     * A slot that was taken while a clock was ahead would stay taken until time catches up: it ends after the longest delay from now.
     */
    async waitOf({ key, kind }: ThrottleCount, seen: ReadonlyMap<string, Count>): Promise<Instant | undefined> {
      const slot = seen.get(slotOf(key));
      if (!slot) return undefined;
      const latest = now() + THROTTLE[kind].longestDelay;
      // One of a clock that is a little ahead is right as it is: ending it earlier would let guesses through there.
      if (slot.endsAt > latest + CLOCKS_DIFFER) await counters.endAt(slotOf(key), latest);
      return Math.min(slot.endsAt, latest);
    },

    /** Takes what the rule has for one attempt. Nothing is taken where it has none. */
    async take(counted: ThrottleCount, seen: ReadonlyMap<string, Count>): Promise<Taken> {
      const { key, ...whose } = counted;
      const rule: Rule = THROTTLE[counted.kind];
      if ((seen.get(key)?.value ?? 0) < rule.free) {
        const { value } = await counters.add(key, 1, now() + rule.remembered);
        const giveBack = (): Promise<void> => uncount(counted);
        if (value <= rule.free) return { ok: true, isFirst: value <= 1, delayed: false, giveBack };
        // Others came at the same moment, and took the last free ones.
        await giveBack();
      }
      // Not the count, which is too high for a moment while many come at once: so many were looked at.
      const before = await told.get(key);
      const failures = (before?.failures ?? rule.free) + 1;
      const slot = await counters.add(slotOf(key), 1, now() + delayAfter(rule, failures));
      if (slot.value !== 1) return { ok: false, until: Math.min(slot.endsAt, now() + rule.longestDelay) };
      const { endsAt: expiresAt } = await counters.add(key, 1, now() + rule.remembered);
      await told.put({ id: key, ...whose, failures, until: slot.endsAt, expiresAt });
      return {
        ok: true,
        isFirst: false,
        delayed: true,
        async giveBack() {
          await Promise.all([
            uncount(counted),
            counters.remove(slotOf(key), slot.endsAt),
            before ? told.put(withoutVersion(before)) : told.remove(key),
          ]);
        },
      };
    },

    /** As if no failure had been. */
    async forget(key: string): Promise<void> {
      await Promise.all([counters.remove(key), counters.remove(slotOf(key)), told.remove(key)]);
    },
  };
}

const slotOf = (key: string): string => `${key}.slot`;

const withoutVersion = ({ version: _, ...delay }: Delay & { readonly version: number }): Delay => delay;
