/** Reads each key once. A second caller gets the promise of the first. */
export interface ReadOnce<K, V> {
  (key: K): Promise<V>;
  /** The value that was read or is being read. Undefined if nobody asked for it. */
  read(key: K): Promise<V> | undefined;
  /** Sets the value that later calls return. */
  remember(key: K, value: V): void;
  /** Everything that was asked for, remembered values included. */
  all(): readonly (readonly [key: K, value: Promise<V>])[];
}

/** Wraps a read so that each key is read once. */
export function readOnce<K, V>(read: (key: K) => Promise<V>): ReadOnce<K, V> {
  const values = new Map<K, Promise<V>>();
  const ask = (key: K): Promise<V> => {
    const known = values.get(key);
    if (known) return known;
    const value = read(key);
    values.set(key, value);
    return value;
  };
  return Object.assign(ask, {
    read: (key: K) => values.get(key),
    remember(key: K, value: V) {
      values.set(key, Promise.resolve(value));
    },
    all: () => [...values],
  });
}
