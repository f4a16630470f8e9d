interface Lane<T> {
  readonly waiting: T[];
  /** Resolves when nothing waits any more. */
  readonly running: Promise<void>;
}

/** Queues that are worked on at the same time, each in its order. A lane exists while something in it waits or is worked on. */
export class Lanes<T> {
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #work: (waiting: T[]) => Promise<void>;
  #error: { readonly first: unknown } | undefined;

  /** @param work takes items from the front of its lane until the lane is empty */
  constructor(work: (waiting: T[]) => Promise<void>) {
    this.#work = work;
  }

  get size(): number {
    return this.#lanes.size;
  }

  /** How many items wait in this lane. */
  waitingIn(name: string): number {
    return this.#lanes.get(name)?.waiting.length ?? 0;
  }

  add(name: string, item: T): void {
    const lane = this.#lanes.get(name);
    if (lane) {
      lane.waiting.push(item);
      return;
    }
    const waiting = [item];
    // An error ends its own lane only; end() throws it when the others are done.
    const running = this.#work(waiting)
      .catch((first: unknown) => void (this.#error ??= { first }))
      .finally(() => this.#lanes.delete(name));
    this.#lanes.set(name, { waiting, running });
  }

  /** Resolves when one of the lanes is empty. */
  async next(): Promise<void> {
    await Promise.race([...this.#lanes.values()].map(({ running }) => running));
  }

  /**
   * Resolves when all lanes are empty.
   * @throws whatever work threw first
   */
  async end(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(({ running }) => running));
    if (this.#error) throw this.#error.first;
  }
}
