import type { Json } from '../base/json.js';
import type { DocumentOf, Range } from './spec.js';

/** The required value of one field for a write to happen. A field that is not a scalar can only be required to be absent. */
export type FieldCondition<V> =
  | { readonly absent: true }
  | ([V] extends [string | number | boolean] ? { readonly is: V } | { readonly in: readonly V[] } : never)
  | ([V] extends [string | number] ? Range<V> : never);

/** A filter on one document; every named field must match. Sealed fields can't be named. */
export type Condition<S> = {
  readonly [K in Extract<keyof DocumentOf<S>, string>]?: FieldCondition<NonNullable<DocumentOf<S>[K]>>;
};

/** A condition as passed to an engine. */
export type AnyCondition = Readonly<
  Record<string, { readonly is: Json } | { readonly in: readonly Json[] } | Range<Json> | { readonly absent: true }>
>;
