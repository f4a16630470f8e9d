import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/**
 * That guesses are being slowed down, for whoever asks why: written when a delay begins. The counts themselves decide who is
 * looked at; this tells of them, and how many were looked at so far.
 */
export type Delay = {
  /** The key that its failures are counted under. */
  id: string;
  /**
   * What the failures have in common: the identifier at one address, the identifier, the address, the user whose codes they are,
   * or the client whose secret is guessed at from one address.
   */
  kind: 'pair' | 'identifier' | 'address' | 'codes' | 'secret';
  /** A MAC of the folded identifier, or of what stands for a person's codes: someone types a password as the name now and then. */
  identifier?: string;
  /** The address, or the network that counts as one. */
  network?: string;
  failures: number;
  /** Until then no password, code or secret is looked at; the first that comes after it is. */
  until: Instant;
  /** When the failures are forgotten. */
  expiresAt: Instant;
};

export const delays = spec<Delay>()({
  name: 'delays',
  scope: 'realm',
  version: 1,
  indexed: { identifier: 'string', network: 'string' },
  unique: {},
  queries: { byIdentifier: { equal: ['identifier'] }, byNetwork: { equal: ['network'] } },
});
