import { days, hours, minutes, seconds } from '../../base/clock.js';
import type { Delay } from './throttle-entry.js';

/** Some failures are free; each attempt after them waits, twice as long every time, up to a limit. */
export interface Rule {
  readonly free: number;
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** Failures are forgotten so long after the first one. */
  readonly remembered: number;
}

/**
 * How guessing is slowed down.
 *
 * A `pair` is an identifier at an address. A pair that signed in within 30 days is judged as a pair alone.
 *
 * The first guess of an address at an identifier is not counted for the `identifier`: an owner at a new address gets in at
 * once, however many attack. All others share its slot: 20 a day are free, and then one goes on every 61 seconds. With a full
 * minute the free ones would come on top of 1,440 a day.
 *
 * `codes` are those of one person, of which there are but a million: wherever from, some hundred guesses a month and no more, so
 * that three codes which are good at a time leave a thief of the password one chance in 250 a year. Only who knows the password
 * gets there, so nobody else can make the owner wait. An address from where a right code came within 30 days is counted by itself,
 * so that the owner goes on there whatever the thief does.
 *
 * `secret` is a client's, guessed at from one address: nobody elsewhere keeps the client out. A secret has at least 32 characters that
 * nobody can guess, so this is no more than a second wall.
 */
export const THROTTLE = {
  pair: { free: 5, firstDelay: seconds(15), longestDelay: minutes(15), remembered: days(1) },
  identifier: { free: 20, firstDelay: seconds(5), longestDelay: seconds(61), remembered: days(1) },
  address: { free: 50, firstDelay: seconds(2), longestDelay: minutes(5), remembered: days(1) },
  codes: { free: 5, firstDelay: seconds(30), longestDelay: hours(8), remembered: days(30) },
  secret: { free: 20, firstDelay: seconds(15), longestDelay: minutes(15), remembered: days(1) },
} satisfies Record<Delay['kind'], Rule>;

/** How long the attempt after this many failures waits. */
export const delayAfter = ({ free, firstDelay, longestDelay }: Rule, failures: number): number =>
  Math.min(firstDelay * 2 ** Math.min(failures - free - 1, 30), longestDelay);
