import bcrypt from 'bcrypt';
import { createHmac, createSecretKey, randomInt } from 'node:crypto';
import type { Credential } from './credential.js';
import { hashQueue, type HashQueue } from './hash-queue.js';

/** Turns passwords into what is stored of them, and compares. Empty and overlong passwords never get here. */
export interface PasswordHasher {
  /** @throws GatehouseError `overloaded` */
  hash(password: string): Promise<Pick<Credential['password'], 'scheme' | 'hash'>>;
  /**
   * Whether it is the password. Without a stored one the answer is no, after the same work: nobody learns by the time it
   * takes whether a name is known.
   * @throws GatehouseError `overloaded`
   */
  matches(password: string, stored: Pick<Credential['password'], 'scheme' | 'hash'> | undefined): Promise<boolean>;
}

/** bcrypt's own bounds; 11 takes about 130 ms of a core. */
export const DEFAULT_COST = 11;

interface Options {
  /** The secret of the realm without which the stored hashes are of no use. */
  readonly pepper: Buffer;
  readonly cost?: number;
  readonly queue?: HashQueue;
}

export function passwordHasher({ pepper, cost = DEFAULT_COST, queue = hashQueue() }: Options): PasswordHasher {
  const pepperKey = createSecretKey(pepper);
  // bcrypt reads 72 bytes and stops at a NUL: the 64 characters of a MAC carry all of a password of any length.
  const peppered = (password: string): string =>
    createHmac('sha384', pepperKey).update(password.normalize('NFKC')).digest('base64');
  const nobodys = hashOfNobody(cost);
  return {
    hash: async (password) => ({
      scheme: 'bcrypt',
      hash: await queue.run(() => bcrypt.hash(peppered(password), cost)),
    }),
    async matches(password, stored) {
      const same = await queue.run(() => bcrypt.compare(peppered(password), stored?.hash ?? nobodys));
      return same && stored !== undefined;
    },
  };
}

const BCRYPT_ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A hash of this cost that nobody knows a password for: comparing with it is the same work as with any other. */
function hashOfNobody(cost: number): string {
  const digest = Array.from({ length: 31 }, () => BCRYPT_ALPHABET[randomInt(64)]).join('');
  return bcrypt.genSaltSync(cost) + digest;
}
