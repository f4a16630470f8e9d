import type { Instant } from '../../base/clock.js';

/** Until when the answer of one request stays the same, if nothing but time passes. Everybody who looks at the clock for it says so here. */
export class AnswerLifetime {
  #until: Instant = Infinity;

  /** The answer may be another one from this time on. Undefined: time does not matter. */
  endAt(at: Instant | undefined): void {
    if (at !== undefined) this.#until = Math.min(this.#until, at);
  }

  /** The earliest of these times. */
  get until(): Instant {
    return this.#until;
  }
}
