import { type Instant, now, seconds } from '../../base/clock.js';

const EVERY = seconds(30);

/** Reads what anybody can cause to be read: once in half a minute. Whoever asks in between gets the same answer, or the same failure. */
export class RationedRead<T> {
  readonly #read: () => Promise<T>;
  #last: { readonly answer: Promise<T>; readonly at: Instant } | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  get(): Promise<T> {
    if (!this.#last || now() - this.#last.at >= EVERY) this.#last = { answer: this.#read(), at: now() };
    return this.#last.answer;
  }
}
