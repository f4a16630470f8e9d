import { createHmac, createSecretKey } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { days, hours, type Instant, minutes, now, seconds } from '../base/clock.js';
import { readAddress } from '../base/networks.js';
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

/**
 * As what guesses at the codes of a user's second factor are counted. Nothing that is typed as a name is counted as it: a
 * folded name has no space in it, and what is no name begins with one.
 */
export const codesOf = (userId: string): string => `code of ${userId}`;

/** Some failures are free; each attempt after them waits, twice as long every time, up to a limit. */
interface Rule {
  readonly free: number;
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** Failures are forgotten so long after the first one. */
  readonly remembered: number;
}

/**
 * How guessing is slowed down.
 *
 * A `pair` is an identifier at an address. A pair that signed in within 30 days is judged as a pair alone: whoever attacks
 * an identifier from elsewhere, or others from the same address, does not keep its owner out. From a new address an owner
 * waits at most a minute, however many attack; behind an attacker's own address at most a quarter of an hour.
 *
 * `codes` are those of one person, of which there are but a million: wherever from, some hundred guesses a month and no more, so
 * that three codes which are good at a time leave a thief of the password one chance in 250 a year. Only who knows the password
 * gets there, so nobody else can make the owner wait. An address from where a right code came within 30 days is counted by itself,
 * so that the owner goes on there whatever the thief does.
 *
 * `secret` is a client's, guessed at from one address: nobody elsewhere keeps the client out. A secret has at least 32 characters that
 * nobody can guess, so this is no more than a second wall.
 */
const THROTTLE = {
  pair: { free: 5, firstDelay: seconds(15), longestDelay: minutes(15), remembered: days(1) },
  identifier: { free: 20, firstDelay: seconds(5), longestDelay: minutes(1), remembered: days(1) },
  address: { free: 50, firstDelay: seconds(2), longestDelay: minutes(5), remembered: days(1) },
  codes: { free: 5, firstDelay: seconds(30), longestDelay: hours(8), remembered: days(30) },
  secret: { free: 20, firstDelay: seconds(15), longestDelay: minutes(15), remembered: days(1) },
} satisfies Record<Delay['kind'], Rule>;

const KNOWN_FOR = days(30);

/** So many guessed at secrets lately are known to one process; who comes past them is asked about once more. */
const MOST_SUSPECTS = 10_000;

/** An attempt that may go on to a hash. It counts as failed unless one of these is called. */
export interface Attempted {
  readonly ok: true;
  /** The password, or the code, was right. */
  succeeded(): Promise<void>;
  /** It was not judged after all. */
  withdrawn(): Promise<void>;
}

type Judged = Attempted | { readonly ok: false; readonly until: Instant };

export interface Throttle {
  /**
   * Asked before any hash, of known and unknown names alike. Counts first and judges then, so that of many attempts at
   * once no more go on than one after another would.
   * @param identifier folded
   */
  attempt(identifier: string, address: string): Promise<Judged>;
  /** The same, before a code of this person's second factor is looked at. */
  attemptCode(userId: string, address: string): Promise<Judged>;
  /**
   * Until when no secret of this client is looked at from this address; undefined: it is. Asks the store only about who has failed at
   * this process lately, so that who comes with the right one costs nothing: a guess at each process goes unasked.
   */
  secretDelay(clientId: string, address: string): Promise<Instant | undefined>;
  /** The secret was wrong, or there is no such client. The same wrong one again is no guess: a process that was left behind shuts nobody out. */
  secretFailed(clientId: string, address: string, secret: string): Promise<void>;
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
    const { value, endsAt } = await counters.add(counted, 1, now() + rule.remembered);
    if (value <= rule.free) return { delayed: false };
    // Of many at once all are counted before most are taken back: no more make the delay longer than were looked at.
    const failures = Math.min(value, ((await told.get(counted))?.failures ?? rule.free) + 1);
    const delay = delayAfter(rule, failures);
    // Past the free ones, each delay lets through the first that comes.
    const slot = await counters.add(slotOf(counted), 1, now() + delay);
    if (slot.value === 1) {
      await told.put({ id: counted, ...whose, failures, until: slot.endsAt, expiresAt: endsAt });
      return { delayed: true };
    }
    await uncount({ key: counted, ...whose });
    return { delayed: true, until: slot.endsAt };
  }
  const uncount = ({ key: counted, kind }: Counted): Promise<unknown> =>
    counters.add(counted, -1, now() + THROTTLE[kind].remembered);
  const forget = async (counted: string): Promise<void> => {
    await Promise.all([counters.remove(counted), counters.remove(slotOf(counted)), told.remove(counted)]);
  };
  const delayAfter = ({ free, firstDelay, longestDelay }: Rule, failures: number): number =>
    Math.min(firstDelay * 2 ** Math.min(failures - free - 1, 30), longestDelay);

  /** Whose guesses at a secret were wrong here, the oldest first, and when that is forgotten. */
  const suspects = new Map<string, Instant>();
  function suspect(key: string, forgottenAt: Instant): void {
    suspects.delete(key);
    suspects.set(key, forgottenAt);
    const [oldest] = suspects.keys();
    if (suspects.size > MOST_SUSPECTS && oldest !== undefined) suspects.delete(oldest);
  }

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
          await Promise.all([pair, ...passed].map(uncount));
          return { ok: false, until: Math.max(...untils) };
        }
      }
      const uncountWider = (): Promise<unknown>[] => (isKnown === 0 ? wider.map(uncount) : []);
      return {
        ok: true,
        async succeeded() {
          const remember = isKnown === 0 ? [counters.add(known, 1, now() + KNOWN_FOR)] : [];
          const begun = ofPair.delayed ? forget(pair.key) : counters.remove(pair.key);
          await Promise.all([begun, ...remember, ...uncountWider()]);
        },
        async withdrawn() {
          await Promise.all([uncount(pair), ...uncountWider()]);
        },
      };
    },

    async attemptCode(userId, address) {
      const network = networkOf(address);
      const named = keyOf('name', codesOf(userId));
      const known = keyOf('known', codesOf(userId), network);
      const isKnown = (await counters.read(known)) > 0;
      const codes: Counted = {
        kind: 'codes',
        key: isKnown ? keyOf('codes', userId, network) : keyOf('codes', userId),
        identifier: named,
        ...(isKnown && { network }),
      };
      const { delayed, until } = await count(codes);
      if (until !== undefined) return { ok: false, until };
      return {
        ok: true,
        async succeeded() {
          const begun = delayed ? forget(codes.key) : counters.remove(codes.key);
          await Promise.all([begun, ...(isKnown ? [] : [counters.add(known, 1, now() + KNOWN_FOR)])]);
        },
        async withdrawn() {
          await uncount(codes);
        },
      };
    },

    async secretDelay(clientId, address) {
      const key = keyOf('secret', clientId, networkOf(address));
      if ((suspects.get(key) ?? 0) <= now()) return undefined;
      const until = (await told.get(key))?.until ?? 0;
      return until > now() ? until : undefined;
    },

    async secretFailed(clientId, address, secret) {
      const network = networkOf(address);
      const key = keyOf('secret', clientId, network);
      const rule: Rule = THROTTLE.secret;
      const remembered = now() + rule.remembered;
      suspect(key, remembered);
      const same = await counters.add(keyOf('tried', clientId, network, secret), 1, remembered);
      if (same.value > 1) return;
      // Each was looked at, however many came at once, so each counts.
      const { value: failures, endsAt } = await counters.add(key, 1, remembered);
      if (failures <= rule.free) return;
      const until = now() + delayAfter(rule, failures);
      await told.put({ id: key, kind: 'secret', network, failures, until, expiresAt: endsAt });
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
  const parsed = readAddress(address);
  if (!parsed) return address;
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${ipaddr.fromByteArray([...parsed.toByteArray().slice(0, 8), ...Array.from({ length: 8 }, () => 0)]).toString()}/64`;
}
