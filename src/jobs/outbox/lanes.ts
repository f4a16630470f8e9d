interface Lane<T> {
  readonly waiting: T[];
  /** Resolves when nothing is waiting any more. */
  readonly running: Promise<void>;
}

/** Queues that are processed in parallel, each in order. A lane exists while an item in it waits or is processed. */
export class Lanes<T> {
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #work: (item: T, behind: T[]) => Promise<void>;
  #error: { readonly first: unknown } | undefined;

  /** @param work may remove items that wait behind its own */
  constructor(work: (item: T, behind: T[]) => Promise<void>) {
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
    const running = this.#run(name, waiting).catch((first: unknown) => void (this.#error ??= { first }));
    this.#lanes.set(name, { waiting, running });
  }

  async #run(name: string, waiting: T[]): Promise<void> {
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.#work(next, waiting);
    } finally {
      // Immediately when it is empty: otherwise a new item could wait in a lane that nobody processes.
      this.#lanes.delete(name);
    }
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
