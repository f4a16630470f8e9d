import { BOUNDS } from './expression-bounds.js';

/** A value in the form of the expression library: whole numbers are integers, and a record has no reachable prototype. */
export type ExpressionValue =
  string | bigint | number | boolean | Date | ExpressionValue[] | Map<string, ExpressionValue>;

/** Records are plain objects or maps. @throws RangeError if the value exceeds {@link BOUNDS}, or has a type that no expression can read */
export function boundValue(value: unknown): ExpressionValue {
  let parts = 0;
  function bind(one: unknown, depth: number): ExpressionValue {
    if (++parts > BOUNDS.parts || depth > BOUNDS.depth) throw new RangeError('This is too much to look at.');
    if (typeof one === 'boolean' || typeof one === 'bigint' || one instanceof Date) return one;
    if (typeof one === 'number') return Number.isSafeInteger(one) ? BigInt(one) : one;
    if (typeof one === 'string') {
      if (one.length > BOUNDS.text) throw new RangeError('This text is too long to look at.');
      return one;
    }
    if (Array.isArray(one)) return few(one).map((item) => bind(item, depth + 1));
    if (typeof one === 'object' && one !== null) {
      const fields = few(one instanceof Map ? [...one].map(named) : Object.entries(one)).filter(
        ([, item]) => item !== undefined,
      );
      return new Map(fields.map(([name, item]) => [name, bind(item, depth + 1)]));
    }
    throw new RangeError('This is nothing that an expression can look at.');
  }
  return bind(value, 0);
}

function named([name, item]: [unknown, unknown]): [string, unknown] {
  if (typeof name === 'string') return [name, item];
  throw new RangeError('This is nothing that an expression can look at.');
}

function few<T>(items: readonly T[]): readonly T[] {
  if (items.length > BOUNDS.items) throw new RangeError('This has too many items to look at.');
  return items;
}

/** The form of a variable with functions for the library. */
export class AskedFunctions {
  readonly ask: (name: string, args: readonly unknown[]) => bigint;

  /** @param functions by name, each giving a number */
  constructor(functions: unknown) {
    this.ask = (name, args) => {
      const given: unknown = (functions as Record<string, ((...args: unknown[]) => unknown) | undefined>)[name]?.(
        ...args.map((arg) => (typeof arg === 'bigint' ? Number(arg) : arg)),
      );
      return BigInt(Math.trunc(Number(given)));
    };
  }
}
