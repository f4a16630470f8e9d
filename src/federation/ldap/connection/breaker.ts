import { type Instant, now, seconds } from '../../../base/clock.js';

/** Failures in a row after which a server rests. */
const FAILURES = 3;
const FIRST_REST = seconds(1);
const LONGEST_REST = seconds(30);

/** Lets a failing server rest. At the end of each rest it is tried once, and each rest is longer than the one before. */
export class Breaker {
  #failures = 0;
  #rest = FIRST_REST;
  #until: Instant = 0;
  #isProbing = false;

  /** Whether the server may be tried now. After a rest only one caller gets `true`: it is the probe for all. */
  mayTry(): boolean {
    if (this.#failures < FAILURES) return true;
    if (now() < this.#until) return false;
    this.#isProbing = true;
    // If the probe never reports, the next one follows.
    this.#until = now() + this.#rest;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#rest = FIRST_REST;
    this.#isProbing = false;
  }

  failed(): void {
    this.#failures++;
    if (this.#failures < FAILURES) return;
    // Operations that began before the rest say nothing new when they fail within it.
    if (this.#failures > FAILURES && !this.#isProbing) return;
    if (this.#isProbing) this.#rest = Math.min(this.#rest * 2, LONGEST_REST);
    this.#isProbing = false;
    this.#until = now() + this.#rest;
  }
}
