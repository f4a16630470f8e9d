/** Bounds how many operations run at once, and how many wait for their turn. */
export class WaitingLine {
  readonly #places: number;
  readonly #longest: number;
  readonly #patience: number;
  readonly #waiting: ((mayEnter: boolean) => void)[] = [];
  #inside = 0;

  /**
   * @param places how many run at once
   * @param longest how many may wait
   * @param patience milliseconds that one waits at most
   */
  constructor(places: number, longest: number, patience: number) {
    this.#places = places;
    this.#longest = longest;
    this.#patience = patience;
  }

  /** Runs it in its turn. Undefined: too many wait, or its turn did not come in time. */
  async enter<T>(run: () => Promise<T>): Promise<T | undefined> {
    if (!(await this.#turn())) return undefined;
    try {
      return await run();
    } finally {
      this.#leave();
    }
  }

  #turn(): Promise<boolean> | boolean {
    if (this.#inside < this.#places) {
      this.#inside++;
      return true;
    }
    if (this.#waiting.length >= this.#longest) return false;
    return new Promise((resolve) => {
      const settle = (mayEnter: boolean): void => {
        clearTimeout(timer);
        resolve(mayEnter);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(settle), 1);
        settle(false);
      }, this.#patience);
      this.#waiting.push(settle);
    });
  }

  /** The place goes to the next one, if somebody waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next(true);
    else this.#inside--;
  }
}
