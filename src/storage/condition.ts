import type { Json } from '../base/json.js';
import type { DocumentOf, Range } from './spec.js';

/** What one field of one document must be for a write to happen. */
export type FieldCondition<V> =
  | { readonly is: V }
  | { readonly in: readonly V[] }
  | (V extends string | number ? Range<V> : never)
  | { readonly absent: true };

/** A filter on one document; every field named must hold. Sealed fields can't be named. */
export type Condition<S> = {
  readonly [K in Extract<keyof DocumentOf<S>, string>]?: FieldCondition<NonNullable<DocumentOf<S>[K]>>;
};

/** A condition as an engine gets it. */
export type AnyCondition = Readonly<
  Record<string, { readonly is: Json } | { readonly in: readonly Json[] } | Range<Json> | { readonly absent: true }>
>;
