/** Names a value that a request computes once. The type is that of the value. */
export interface Computation<T> {
  readonly name: string;
  readonly computes?: T;
}

export const computation = <T>(name: string): Computation<T> => ({ name });

/** The values that one request computes: each by whoever asks for it first, for everybody who asks after. */
export class Computed {
  readonly #values = new Map<Computation<unknown>, Map<string, Promise<unknown>>>();

  /** @param id tells apart what one computation is made for; a failure is remembered like a value */
  get<T>(what: Computation<T>, id: string, compute: () => Promise<T>): Promise<T> {
    // Only this method writes the map, and under a computation of the same type.
    const values = (this.#values.get(what) ?? new Map<string, Promise<unknown>>()) as Map<string, Promise<T>>;
    this.#values.set(what, values);
    const value = values.get(id) ?? compute();
    values.set(id, value);
    return value;
  }
}
