import { createSecretKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Credential } from './credential.js';
import { type HashParameters, isRise, parametersOf } from './hash-parameters.js';
import { hashQueue, type HashQueue } from './hash-queue.js';
import { hashOfNobody, isOf, newHash, peppered } from './hash-schemes.js';
import { usualTimes } from './usual-times.js';

type StoredHash = Pick<Credential['password'], 'scheme' | 'hash'>;

/** Turns passwords into what is stored of them, and compares. Empty and overlong passwords never get here. */
export interface PasswordHasher {
  /** @throws GatehouseError `overloaded` */
  hash(password: string): Promise<StoredHash>;
  /**
   * Whether it is the password. Without a stored one the answer is no, after the same work; and where passwords are stored in
   * more than one way, no is said after the time that the slowest of them takes. So nobody learns by the time it takes
   * whether a name is known.
   * @throws GatehouseError `overloaded`
   */
  matches(password: string, stored: StoredHash | undefined): Promise<boolean>;
  /**
   * A new hash for a right password whose stored one is weaker than what is wanted now. Undefined: it is not, or others
   * wait for their turn, and the next sign-in is as good a moment.
   */
  better(password: string, stored: StoredHash): Promise<StoredHash | undefined>;
  /** Whether nobody's password can be checked now: too many wait. */
  isOverloaded(): boolean;
}

interface Options {
  /** The secret of the realm without which the stored hashes are of no use. */
  readonly pepper: Buffer;
  /** How passwords are to be hashed now. */
  readonly wanted: () => HashParameters | Promise<HashParameters>;
  readonly queue?: HashQueue;
}

export function passwordHasher({ pepper, wanted, queue = hashQueue() }: Options): PasswordHasher {
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

  return {
    isOverloaded: () => queue.isFull(),
    async hash(password) {
      const parameters = await wanted();
      return queue.run(() => storedAs(password, parameters));
    },

    async matches(password, stored) {
      // Asked for known names too: the setting may have to be read.
      const now = await wanted();
      const own = stored && parametersOf(stored.hash);
      const parameters = own ?? now;
      const against = stored && own ? stored.hash : nobody(parameters);
      const { same, took } = await queue.run(async () => {
        const began = performance.now();
        const equal = await isOf(peppered(key, password), against, parameters);
        return { same: equal && own !== undefined, took: performance.now() - began };
      });
      const slowest = usual.slowestWith(parameters, took);
      if (!same && slowest > took) await delay(slowest - took);
      return same;
    },

    async better(password, { hash }) {
      const [own, parameters] = [parametersOf(hash), await wanted()];
      if (!own || !isRise(own, parameters)) return undefined;
      return queue.runIfIdle(() => storedAs(password, parameters));
    },
  };
}
