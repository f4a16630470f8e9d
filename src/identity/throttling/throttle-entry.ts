import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/**
 * A record that guesses are being throttled, written when a delay begins. It serves the display of delays and the count of
 * attempts checked so far; the counts themselves decide.
 */
export type Delay = {
  /** The key under which the failures are counted. */
  id: string;
  /**
   * The scope of the failures: the identifier at one address, the identifier, the address, the user for second-factor codes, or
   * the client and address for client secrets.
   */
  kind: 'pair' | 'identifier' | 'address' | 'codes' | 'secret';
  /**
   * A MAC of the normalized identifier, or of the id under which a user's codes are counted: people sometimes type a password
   * as the username.
   */
  identifier?: string;
  /** The address, or the network that counts as one. */
  network?: string;
  failures: number;
  /** Until then no password, code or secret is checked; the first attempt after it is. */
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
