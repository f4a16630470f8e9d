import { days, hours, minutes, seconds } from '../../base/clock.js';
import type { Delay } from './throttle-entry.js';

/** Some failures are free; each attempt after them waits twice as long as the one before, up to a limit. */
export interface Rule {
  readonly free: number;
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** How long after the first failure all failures are forgotten. */
  readonly remembered: number;
}

/**
 * The throttling rules.
 *
 * A `pair` is an identifier at an address. A pair that signed in within 30 days is checked as a pair alone.
 *
 * The first attempt of an address at an identifier does not count for the `identifier`, so an owner at a new address gets in at
 * once, however many attack. All others share its slot: 20 a day are free, and then one is admitted every 61 seconds. With a
 * full minute the free ones would come on top of 1,440 a day.
 *
 * `codes` are the second-factor codes of one user, of which there are only a million. From all addresses together some hundred
 * guesses a month are possible. With three valid codes at a time, a thief of the password has one chance in 250 a year. Only
 * somebody who knows the password gets there, so nobody else can delay the owner. An address with a correct code within 30 days
 * is counted separately, so that the owner can continue there whatever the thief does.
 *
 * `secret` is a client's secret, guessed from one address, so that nobody elsewhere locks the client out. A secret has at least
 * 32 random characters, so this is only a second line of defence.
 */
export const THROTTLE = {
  pair: { free: 5, firstDelay: seconds(15), longestDelay: minutes(15), remembered: days(1) },
  identifier: { free: 20, firstDelay: seconds(5), longestDelay: seconds(61), remembered: days(1) },
  address: { free: 50, firstDelay: seconds(2), longestDelay: minutes(5), remembered: days(1) },
  codes: { free: 5, firstDelay: seconds(30), longestDelay: hours(8), remembered: days(30) },
  secret: { free: 20, firstDelay: seconds(15), longestDelay: minutes(15), remembered: days(1) },
} satisfies Record<Delay['kind'], Rule>;

/** The delay after this many failures. */
export const delayAfter = ({ free, firstDelay, longestDelay }: Rule, failures: number): number =>
  Math.min(firstDelay * 2 ** Math.min(failures - free - 1, 30), longestDelay);
