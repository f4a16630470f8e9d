import { createSecretKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Credential } from '../passwords/credential.js';
import { type HashParameters, isRise, parametersOf } from './hash-parameters.js';
import { hashQueue, type HashQueue } from './hash-queue.js';
import {
  derive,
  type Derivation,
  isPasswordOf,
  isWeak,
  readDerivation,
  readImportedHash,
  writeDerivation,
} from './imported-hash.js';
import { hashOfNobody, isOf, newHash, peppered } from './hash-schemes.js';
import { usualTimes } from './hash-timing.js';

type StoredHash = Pick<Credential['password'], 'scheme' | 'hash' | 'inner'>;

/** Hashes and compares passwords. Empty and overlong passwords never reach it. */
export interface PasswordHasher {
  /** @throws GatehouseError `overloaded` */
  hash(password: string): Promise<StoredHash>;
  /**
   * Whether this is the password. Without a stored hash the answer is no, after the same work. If passwords are stored in
   * several ways, a negative answer takes as long as the slowest of them. So the time reveals nothing about whether a name is
   * known.
   * @throws GatehouseError `overloaded`
   */
  matches(password: string, stored: StoredHash | undefined): Promise<boolean>;
  /**
   * A new hash for a correct password whose stored hash is weaker than now wanted. Undefined if it is not weaker, or if others
   * wait for their turn; the next sign-in is as good.
   */
  better(password: string, stored: StoredHash): Promise<StoredHash | undefined>;
  /**
   * The stored form of an imported hash: itself, or if it is weak, a hash over it, so that the upgrade need not wait for a
   * sign-in. Undefined if the text is no such hash.
   */
  adopt(text: string): Promise<StoredHash | undefined>;
  /** Whether no password can be checked now because too many are waiting. */
  isOverloaded(): boolean;
}

interface PasswordHasherOptions {
  /** The realm's secret, without which the stored hashes are useless. */
  readonly pepper: Buffer;
  /** The current parameters for new hashes. */
  readonly wanted: () => HashParameters | Promise<HashParameters>;
  readonly queue?: HashQueue;
}

export function passwordHasher({ pepper, wanted, queue = hashQueue() }: PasswordHasherOptions): PasswordHasher {
  const key = createSecretKey(pepper);
  const usual = usualTimes();
  const nobodys = new Map<string, string>();

  function nobody(parameters: HashParameters): string {
    const name = JSON.stringify(parameters);
    const known = nobodys.get(name) ?? hashOfNobody(parameters);
    nobodys.set(name, known);
    return known;
  }

  const storedAs = async (password: string, parameters: HashParameters): Promise<StoredHash> => ({
    scheme: parameters.scheme,
    hash: await newHash(peppered(key, password), parameters),
  });

  /** How to compare a password with the stored hash, and the cost class of that; undefined for a hash that is never computed. */
  function comparisonWith({ scheme, hash, inner }: StoredHash): Comparison | undefined {
    if (scheme === 'imported') {
      const imported = readImportedHash(hash);
      if (imported.kind === 'fault') return undefined;
      const kind = imported.kind === 'bcrypt' ? { ours: false, cost: imported.cost } : costOf(imported.derivation);
      return { kind, compare: (password) => isPasswordOf(password, imported) };
    }
    const parameters = parametersOf(hash);
    if (!parameters) return undefined;
    if (inner === undefined) {
      return { kind: parameters, compare: (password) => isOf(peppered(key, password), hash, parameters) };
    }
    const how = readDerivation(inner);
    return {
      kind: { ...parameters, inner: costOf(how) },
      compare: async (password) => isOf(peppered(key, overDigest(await derive(password, how))), hash, parameters),
    };
  }

  return {
    async adopt(text) {
      const imported = readImportedHash(text);
      if (imported.kind === 'fault') return undefined;
      if (imported.kind === 'bcrypt' || !isWeak(imported)) return { scheme: 'imported', hash: text };
      const parameters = await wanted();
      const outer = await queue.run(() => storedAs(overDigest(imported.digest), parameters));
      return { ...outer, inner: writeDerivation(imported.derivation) };
    },
    isOverloaded: () => queue.isFull(),
    async hash(password) {
      const parameters = await wanted();
      return queue.run(() => storedAs(password, parameters));
    },

    async matches(password, stored) {
      // Also called for known names, because it may have to read the setting.
      const now = await wanted();
      const own = stored && comparisonWith(stored);
      const { kind, compare } = own ?? comparisonWith({ scheme: now.scheme, hash: nobody(now) }) ?? NEVER;
      const { same, took } = await queue.run(async () => {
        const began = performance.now();
        const equal = await compare(password);
        return { same: equal && own !== undefined, took: performance.now() - began };
      });
      const slowest = usual.slowestWith(kind, took);
      if (!same && slowest > took) await delay(slowest - took);
      return same;
    },

    async better(password, { scheme, hash, inner }) {
      const parameters = await wanted();
      const own = scheme === 'imported' || inner !== undefined ? undefined : parametersOf(hash);
      if (own ? !isRise(own, parameters) : scheme !== 'imported' && inner === undefined) return undefined;
      return queue.runIfIdle(() => storedAs(password, parameters));
    },
  };
}

interface Comparison {
  /** The cost class: comparisons of one class take the same time. */
  readonly kind: object;
  readonly compare: (password: string) => Promise<boolean>;
}
const NEVER: Comparison = { kind: {}, compare: async () => false };

const overDigest = (digest: Buffer): string => digest.toString('base64');
const costOf = ({ salt: _, ...cost }: Derivation): object => cost;
