import { createHmac, createSecretKey } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { days, type Instant, minutes, now, seconds } from '../base/clock.js';
import type { PageRequest } from '../base/paging.js';
import type { Collection } from '../storage/store.js';
import type { Delay, delays } from './delay.js';

/** Counts that all processes share and that end by themselves: a port, which `storage/limiter.ts` fulfils. */
export interface Counters {
  /** Adds, atomically. A count that is not there begins at 0 and ends at `endsAt`; one that is there keeps its end. */
  add(key: string, by: number, endsAt: Instant): Promise<{ readonly value: number; readonly endsAt: Instant }>;
  /** 0 where there is none. */
  read(key: string): Promise<number>;
  remove(key: string): Promise<void>;
}

/** As what guesses at the codes of a user's second factor are counted: no folded name has a space in it. */
export const codesOf = (userId: string): string => ` code of ${userId}`;

/** Some failures are free; each attempt after them waits, twice as long every time, up to a limit. */
interface Rule {
  readonly free: number;
  readonly firstDelay: number;
  readonly longestDelay: number;
}

/**
 * How guessing is slowed down.
 *
 * A `pair` is an identifier at an address. A pair that signed in within 30 days is judged as a pair alone: whoever attacks
 * an identifier from elsewhere, or others from the same address, does not keep its owner out. From a new address an owner
 * waits at most a minute, however many attack; behind an attacker's own address at most a quarter of an hour.
 */
const THROTTLE = {
  pair: { free: 5, firstDelay: seconds(15), longestDelay: minutes(15) },
  identifier: { free: 20, firstDelay: seconds(5), longestDelay: minutes(1) },
  address: { free: 50, firstDelay: seconds(2), longestDelay: minutes(5) },
} satisfies Record<string, Rule>;

/** Failures are forgotten so long after the first one. */
const REMEMBERED = days(1);
const KNOWN_FOR = days(30);

/** An attempt that may go on to a hash. It counts as failed unless one of these is called. */
export interface Attempted {
  readonly ok: true;
  /** The password was right. */
  succeeded(): Promise<void>;
  /** It was not judged after all. */
  withdrawn(): Promise<void>;
}

export interface Throttle {
  /**
   * Asked before any hash, of known and unknown names alike. Counts first and judges then, so that of many attempts at
   * once no more go on than one after another would.
   * @param identifier folded
   */
  attempt(identifier: string, address: string): Promise<Attempted | { readonly ok: false; readonly until: Instant }>;
  /** What slows down guesses at this identifier, from one address or from all. */
  delaysOf(identifier: string): Promise<readonly Delay[]>;
  /** What slows down guesses from this address, at one identifier or at all. */
  delaysAt(address: string): Promise<readonly Delay[]>;
  /** As if none of its failures had been. */
  lift(delay: Delay): Promise<void>;
}

/** Delays, as they are told of: those of a full page, which is more than anybody reads. */
const SHOWN: PageRequest = { limit: 100 };

/** @param key of the HMAC under which names and addresses are counted: someone types a password as the name now and then */
export function throttle(counters: Counters, told: Collection<typeof delays>, key: Buffer): Throttle {
  const macKey = createSecretKey(key);
  const keyOf = (...parts: string[]): string =>
    createHmac('sha256', macKey).update(JSON.stringify(parts)).digest('base64url');

  interface Counted extends Pick<Delay, 'kind' | 'identifier' | 'network'> {
    readonly key: string;
  }

  /** Undefined: go on. Otherwise when to try again; such an attempt is not counted. */
  async function count({ key: counted, ...whose }: Counted): Promise<{ readonly delayed: boolean; until?: Instant }> {
    const rule: Rule = THROTTLE[whose.kind];
    const { value, endsAt } = await counters.add(counted, 1, now() + REMEMBERED);
    if (value <= rule.free) return { delayed: false };
    const delay = Math.min(rule.firstDelay * 2 ** Math.min(value - rule.free - 1, 30), rule.longestDelay);
    // Past the free ones, each delay lets through the first that comes.
    const slot = await counters.add(slotOf(counted), 1, now() + delay);
    if (slot.value === 1) {
      await told.put({ id: counted, ...whose, failures: value, until: slot.endsAt, expiresAt: endsAt });
      return { delayed: true };
    }
    await uncount(counted);
    return { delayed: true, until: slot.endsAt };
  }
  const uncount = (counted: string): Promise<unknown> => counters.add(counted, -1, now() + REMEMBERED);
  const forget = async (counted: string): Promise<void> => {
    await Promise.all([counters.remove(counted), counters.remove(slotOf(counted)), told.remove(counted)]);
  };

  return {
    async attempt(identifier, address) {
      const network = networkOf(address);
      const named = keyOf('name', identifier);
      const pair: Counted = {
        kind: 'pair',
        key: keyOf('pair', identifier, network),
        identifier: named,
        network,
      };
      const known = keyOf('known', identifier, network);
      const wider: readonly Counted[] = [
        { kind: 'identifier', key: keyOf('identifier', identifier), identifier: named },
        { kind: 'address', key: keyOf('address', network), network },
      ];
      const [isKnown, ofPair] = await Promise.all([counters.read(known), count(pair)]);
      if (ofPair.until !== undefined) return { ok: false, until: ofPair.until };
      if (isKnown === 0) {
        const answers = await Promise.all(wider.map(count));
        const untils = answers.flatMap(({ until }) => until ?? []);
        if (untils.length > 0) {
          // Not judged, so not counted where it was let through.
          const passed = wider.filter((_, i) => answers[i]?.until === undefined);
          await Promise.all([pair, ...passed].map(({ key }) => uncount(key)));
          return { ok: false, until: Math.max(...untils) };
        }
      }
      const uncountWider = (): Promise<unknown>[] => (isKnown === 0 ? wider.map(({ key }) => uncount(key)) : []);
      return {
        ok: true,
        async succeeded() {
          const remember = isKnown === 0 ? [counters.add(known, 1, now() + KNOWN_FOR)] : [];
          const begun = ofPair.delayed ? forget(pair.key) : counters.remove(pair.key);
          await Promise.all([begun, ...remember, ...uncountWider()]);
        },
        async withdrawn() {
          await Promise.all([uncount(pair.key), ...uncountWider()]);
        },
      };
    },

    async delaysOf(identifier) {
      return (await told.find('byIdentifier', { identifier: keyOf('name', identifier) }, SHOWN)).rows;
    },
    async delaysAt(address) {
      return (await told.find('byNetwork', { network: networkOf(address) }, SHOWN)).rows;
    },
    lift: ({ id }) => forget(id),
  };
}

const slotOf = (counted: string): string => `${counted}.slot`;

/** Whom an address stands for: an IPv4 address, or the /64 that one household or machine has of IPv6. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${ipaddr.fromByteArray([...parsed.toByteArray().slice(0, 8), ...Array.from({ length: 8 }, () => 0)]).toString()}/64`;
}
