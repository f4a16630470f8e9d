import type { JsonObject } from '../base/json.js';
import type { AnyCondition, Condition } from './condition.js';
import type { AnySpec, DocumentOf, IdOf, Spec } from './spec.js';

/** A write that has not happened yet: what `commit` takes and what a contributor to a change returns. */
export type Write = {
  readonly spec: AnySpec;
} & (
  | { readonly kind: 'insert'; readonly document: JsonObject }
  | { readonly kind: 'put'; readonly document: JsonObject }
  | { readonly kind: 'replace'; readonly document: JsonObject; readonly expected: number }
  | { readonly kind: 'remove'; readonly id: string; readonly condition?: AnyCondition; readonly expected?: number }
  | { readonly kind: 'require'; readonly id: string; readonly condition: AnyCondition }
);

type SomeSpec = AnySpec & Pick<Spec, 'name'>;

/** Expects that nobody holds the id or a unique key of it. */
export const insert = <S extends SomeSpec>(spec: S, document: DocumentOf<S>): Write => ({
  spec,
  kind: 'insert',
  document: asJson(document),
});

/** Writes it whether or not it is there. Expects that nobody else holds a unique key of it. */
export const put = <S extends SomeSpec>(spec: S, document: DocumentOf<S>): Write => ({
  spec,
  kind: 'put',
  document: asJson(document),
});

/** Writes the whole document. Expects it at this version. */
export const replace = <S extends SomeSpec>(spec: S, document: DocumentOf<S>, expected: number): Write => ({
  spec,
  kind: 'replace',
  document: asJson(document),
  expected,
});

/** Removes it. Expects it to be there, and as the condition demands. */
export const remove = <S extends SomeSpec>(spec: S, id: IdOf<S>, condition?: Condition<S>): Write => ({
  spec,
  kind: 'remove',
  id,
  ...(condition && { condition: condition as AnyCondition }),
});

/** Removes it. Expects it at this version. */
export const removeAt = <S extends SomeSpec>(spec: S, id: IdOf<S>, expected: number): Write => ({
  spec,
  kind: 'remove',
  id,
  expected,
});

/**
 * Expects a document that this commit does not otherwise change to be as the condition demands. It really writes (an
 * engine's private guard, not `version`): under snapshot isolation a mere read would let the document go in the same moment.
 */
export const require = <S extends SomeSpec>(spec: S, id: IdOf<S>, condition: Condition<S> = {}): Write => ({
  spec,
  kind: 'require',
  id,
  condition: condition as AnyCondition,
});

// A document type is declared without an index signature; what it may contain is checked by the port on every write.
const asJson = (document: object): JsonObject => document as JsonObject;
