import type { JsonObject } from '../base/json.js';
import type { AnyCondition, Condition } from './condition.js';
import type { AnySpec, DocumentOf, IdOf, Spec } from './spec.js';

/** The most writes of one commit: while it is being written, others wait. */
export const COMMIT_LIMIT = 256;

/** A planned write: the input of `commit` and the result of a contributor to a change. */
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

/** Expects that its id and unique keys are free. */
export const insert = <S extends SomeSpec>(spec: S, document: DocumentOf<S>): Write => ({
  spec,
  kind: 'insert',
  document: asJson(document),
});

/** Inserts or overwrites it. Expects that nobody else holds a unique key of it. */
export const put = <S extends SomeSpec>(spec: S, document: DocumentOf<S>): Write => ({
  spec,
  kind: 'put',
  document: asJson(document),
});

/** Replaces the whole document. Expects it at this version. */
export const replace = <S extends SomeSpec>(spec: S, document: DocumentOf<S>, expected: number): Write => ({
  spec,
  kind: 'replace',
  document: asJson(document),
  expected,
});

/** Removes it. Expects it to exist and to meet the condition. */
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
 * Expects a document that this commit does not change to meet the condition. It is a real write (of an engine's private guard,
 * not `version`): under snapshot isolation a mere read would allow a concurrent removal of the document.
 */
export const require = <S extends SomeSpec>(spec: S, id: IdOf<S>, condition: Condition<S> = {}): Write => ({
  spec,
  kind: 'require',
  id,
  condition: condition as AnyCondition,
});

/** Which document of its realm, or of the installation, a write is about, as a text. */
export function documentOf(write: Write): string {
  const id = 'document' in write ? write.document['id'] : write.id;
  // Any other id is refused when it is written.
  return `${write.spec.name} ${typeof id === 'string' ? id : ''}`;
}

// Document types are declared without an index signature; the port checks their content on every write.
const asJson = (document: object): JsonObject => document as JsonObject;
