import { createHmac, createSecretKey } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { CLOCKS_DIFFER, days, type Instant, now } from '../../base/clock.js';
import { readAddress } from '../../base/networks.js';
import type { PageRequest } from '../../base/paging.js';
import type { Collection } from '../../storage/store.js';
import type { Delay, delays } from './throttle-entry.js';
import type { LockoutRule } from '../userstores/password-connector.js';
import { BROWSER_KNOWN_FOR } from './known-browser.js';
import { delayAfter, type Rule, THROTTLE } from './throttle-rules.js';
import { type Count, type ThrottleCount, type Counters, type Taken, throttleSlots } from './throttle-slots.js';
import { beyondStoreTime, inStoreTime } from '../../storage/deadlines/store-time.js';

/**
 * The key under which second-factor guesses of a user are counted. No typed name can equal it: a normalized name contains no
 * space, and other text begins with one.
 */
export const codesOf = (userId: string): string => `code of ${userId}`;

const KNOWN_FOR = days(30);

/** The number of wrong passwords from a known browser until it no longer counts as known. */
const BROWSER_FAILURES = 10;

/** The maximum number of recent failures of secrets that a process remembers; beyond it, the store is asked once more. */
const MOST_SUSPECTS = 10_000;

/** An attempt that may be checked. It counts as failed unless one of these methods is called. */
export interface Attempted {
  readonly ok: true;
  /** The password or code was correct. */
  succeeded(): Promise<void>;
  /** It was not checked after all; everything that it took is given back. */
  withdrawn(): Promise<void>;
}

type AttemptResult = Attempted | { readonly ok: false; readonly until: Instant };

export interface Throttle {
  /**
   * Called before any hash, for known and unknown names alike. Reads every rule before it takes from one, so that a refused
   * attempt delays nobody else. Concurrent attempts get no further than sequential ones would.
   * @param identifier normalized
   */
  attempt(identifier: string, address: string): Promise<AttemptResult>;
  /** The same for a known browser of this user; undefined if it failed too often to count as known. */
  attemptFromBrowser(browserId: string): Promise<Attempted | undefined>;
  /**
   * A guess at the password of an account in a userstore that locks accounts: fewer are sent from all addresses together than lock
   * it, and the last of them only from a known browser. The count starts anew once no wrong password was sent for the time of
   * the rule.
   */
  attemptAccount(
    userstore: string,
    account: string,
    rule: LockoutRule & { readonly isKnownBrowser: boolean },
  ): Promise<AttemptResult>;
  /** The same for a second-factor code of this user. */
  attemptCode(userId: string, address: string): Promise<AttemptResult>;
  /**
   * The time until which no secret of this client from this address is checked; undefined if it is. Reads the store only after
   * recent failures in this process, so that correct secrets cost nothing. One guess per process therefore goes unnoticed.
   */
  secretDelay(clientId: string, address: string): Promise<Instant | undefined>;
  /**
   * The secret was wrong, or there is no such client. The same wrong secret again is no guess, so an instance with an outdated
   * secret locks nobody out.
   */
  secretFailed(clientId: string, address: string, secret: string): Promise<void>;
  /** The delays for this identifier, from one address or all. */
  delaysOf(identifier: string): Promise<readonly Delay[]>;
  /** The delays for this address, for one identifier or all. */
  delaysAt(address: string): Promise<readonly Delay[]>;
  /** Removes all of its failures. */
  lift(delay: Delay): Promise<void>;
}

/** The delays shown at most: one full page. */
const SHOWN: PageRequest = { limit: 100 };

/** @param key for the HMAC under which names and addresses are counted: people sometimes type a password as the username */
export function throttle(counters: Counters, collection: Collection<typeof delays>, key: Buffer): Throttle {
  const macKey = createSecretKey(key);
  const keyOf = (...parts: string[]): string =>
    createHmac('sha256', macKey).update(JSON.stringify(parts)).digest('base64url');

  const slots = throttleSlots(counters, collection);

  /** When all of these rules admit an attempt again; undefined if now. Takes nothing. */
  async function waitOf(rules: readonly ThrottleCount[], seen: Seen): Promise<Instant | undefined> {
    const waits = await Promise.all(rules.map((rule) => slots.waitOf(rule, seen)));
    const untils = waits.flatMap((until) => until ?? []);
    return untils.length > 0 ? Math.max(...untils) : undefined;
  }

  /** Takes from all of these rules. If a concurrent attempt won at one of them, gives back what the others took. */
  async function takeAll(rules: readonly ThrottleCount[], seen: Seen): Promise<AllTaken> {
    const answers = await Promise.all(rules.map((rule) => slots.take(rule, seen)));
    const taken = answers.filter((answer) => answer.ok);
    const untils = answers.flatMap((answer) => (answer.ok ? [] : answer.until));
    if (untils.length === 0) return { ok: true, taken };
    await giveBack(taken);
    return { ok: false, until: Math.max(...untils) };
  }

  /** Recent failures of client secrets in this process, the oldest first, with their expiry. */
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
      const pair: ThrottleCount = { kind: 'pair', key: keyOf('pair', identifier, network), identifier: named, network };
      const wherever: ThrottleCount = { kind: 'identifier', key: keyOf('identifier', identifier), identifier: named };
      const whatever: ThrottleCount = { kind: 'address', key: keyOf('address', network), network };
      const known = keyOf('known', identifier, network);
      const seen = await counters.read([known, ...[pair, wherever, whatever].flatMap(slots.keysOf)]);
      const isKnown = seen.has(known);
      const isFirst = (seen.get(pair.key)?.value ?? 0) <= 0;
      const own = isKnown ? [pair] : [pair, whatever];

      const until = await waitOf(isKnown || isFirst ? own : [...own, wherever], seen);
      if (until !== undefined) return { ok: false, until };
      const ofOwn = await takeAll(own, seen);
      if (!ofOwn.ok) return ofOwn;
      const [ofPair, ...ofOthers] = ofOwn.taken;
      // Only one of several concurrent attempts from an address is the first. The rule shared with strangers is taken last.
      if (!isKnown && !ofPair?.isFirst) {
        const shared = await takeAll([wherever], seen);
        if (!shared.ok) {
          await giveBack(ofOwn.taken);
          return shared;
        }
        ofOthers.push(...shared.taken);
      }
      return {
        ok: true,
        async succeeded() {
          const begun = ofPair?.delayed ? slots.forget(pair.key) : counters.remove(pair.key);
          const remember = isKnown ? [] : [counters.add(known, 1, now() + KNOWN_FOR)];
          await Promise.all([begun, ...remember, giveBack(ofOthers)]);
        },
        withdrawn: () => giveBack(ofPair ? [ofPair, ...ofOthers] : ofOthers),
      };
    },

    async attemptFromBrowser(browserId) {
      const failures = keyOf('browser', browserId);
      const uncount = async (): Promise<void> => {
        await counters.add(failures, -1, now() + BROWSER_KNOWN_FOR);
      };
      const { value } = await counters.add(failures, 1, now() + BROWSER_KNOWN_FOR);
      if (value <= BROWSER_FAILURES) {
        return { ok: true, succeeded: () => counters.remove(failures), withdrawn: uncount };
      }
      await uncount();
      return undefined;
    },

    async attemptAccount(userstore, account, { failures, within, isKnownBrowser }) {
      const key = keyOf('account', userstore, account);
      const { value, endsAt } = await counters.add(key, 1, now() + within);
      const uncount = async (): Promise<void> => {
        await counters.add(key, -1, now() + within);
      };
      // One less than locks the account, and one of them kept for browsers that have signed in before.
      if (value > failures - (isKnownBrowser ? 1 : 2)) {
        await uncount();
        return { ok: false, until: endsAt };
      }
      if (value > 1) await counters.endAt(key, now() + within);
      return { ok: true, succeeded: () => counters.remove(key), withdrawn: uncount };
    },

    async attemptCode(userId, address) {
      const network = networkOf(address);
      const named = keyOf('name', codesOf(userId));
      const known = keyOf('known', codesOf(userId), network);
      const anywhere: ThrottleCount = { kind: 'codes', key: keyOf('codes', userId), identifier: named };
      const fromAddress: ThrottleCount = {
        kind: 'codes',
        key: keyOf('codes', userId, network),
        identifier: named,
        network,
      };
      const seen = await counters.read([known, ...[anywhere, fromAddress].flatMap(slots.keysOf)]);
      const isKnown = seen.has(known);
      const codes = isKnown ? fromAddress : anywhere;
      const until = await waitOf([codes], seen);
      if (until !== undefined) return { ok: false, until };
      const all = await takeAll([codes], seen);
      if (!all.ok) return all;
      return {
        ok: true,
        async succeeded() {
          const delayed = all.taken.some((taken) => taken.delayed);
          const begun = delayed ? slots.forget(codes.key) : counters.remove(codes.key);
          await Promise.all([begun, ...(isKnown ? [] : [counters.add(known, 1, now() + KNOWN_FOR)])]);
        },
        withdrawn: () => giveBack(all.taken),
      };
    },

    async secretDelay(clientId, address) {
      const key = keyOf('secret', clientId, networkOf(address));
      if ((suspects.get(key) ?? 0) <= now()) return undefined;
      const delay = await collection.get(key);
      if (!delay || delay.until <= now()) return undefined;
      const latest = now() + THROTTLE.secret.longestDelay;
      if (delay.until <= latest + CLOCKS_DIFFER) return Math.min(delay.until, latest);
      // Written while a clock was ahead: it would lock the client out until the correct time reaches it.
      await collection.change(key, ({ version: _, ...stored }) =>
        stored.until > latest + CLOCKS_DIFFER ? { ...stored, until: latest } : undefined,
      );
      return latest;
    },

    async secretFailed(clientId, address, secret) {
      const network = networkOf(address);
      const key = keyOf('secret', clientId, network);
      const rule: Rule = THROTTLE.secret;
      const remembered = now() + rule.remembered;
      suspect(key, remembered);
      const same = await counters.add(keyOf('tried', clientId, network, secret), 1, remembered);
      if (same.value > 1) return;
      // Each concurrent attempt was checked, so each counts.
      const { value: failures, endsAt } = await counters.add(key, 1, remembered);
      if (failures <= rule.free) return;
      const until = now() + delayAfter(rule, failures);
      await collection.put({ id: key, kind: 'secret', network, failures, until, expiresAt: endsAt });
    },

    async delaysOf(identifier) {
      return (await collection.find('byIdentifier', { identifier: keyOf('name', identifier) }, SHOWN)).rows;
    },
    async delaysAt(address) {
      return (await collection.find('byNetwork', { network: networkOf(address) }, SHOWN)).rows;
    },
    lift: ({ id }) => slots.forget(id),
  };
}

type Seen = ReadonlyMap<string, Count>;
type AllTaken =
  { readonly ok: true; readonly taken: readonly TakenSlot[] } | { readonly ok: false; readonly until: Instant };
type TakenSlot = Extract<Taken, { ok: true }>;

/** Runs beyond the request's own time limit, because otherwise the next attempt would wait in vain. */
const giveBack = async (taken: readonly TakenSlot[]): Promise<void> => {
  await inStoreTime(() => beyondStoreTime(() => Promise.all(taken.map((one) => one.giveBack()))));
};

/** The network that counts as one address: an IPv4 address, or the /64 that a household or machine has in IPv6. */
export function networkOf(address: string): string {
  const parsed = readAddress(address);
  if (!parsed) return address;
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${ipaddr.fromByteArray([...parsed.toByteArray().slice(0, 8), ...Array.from({ length: 8 }, () => 0)]).toString()}/64`;
}
