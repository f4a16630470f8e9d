import type { Instant } from '../base/clock.js';
import type { Hashed } from '../base/crypto/hash-of.js';
import type { JsonObject } from '../base/json.js';

/** Fields of every document; `version` belongs to the port (see {@link Stored}). */
export interface Identified {
  id: string;
  /** From this time on no read returns the document, and an insert over it succeeds. */
  expiresAt?: Instant;
}

/** A document as the port returns it: `version` is 1 at insert and increases with each replace. */
export type Stored<D> = D & { readonly version: number };

/** The type of an indexed field; checked on every write, since engines disagree about mixed types. */
export type IndexedType = 'string' | 'number' | 'boolean' | 'strings';

type TypeNameOf<V> = [V] extends [string]
  ? 'string'
  : [V] extends [number]
    ? 'number'
    : [V] extends [boolean]
      ? 'boolean'
      : [V] extends [readonly string[]]
        ? 'strings'
        : never;

type FieldOf<D> = Extract<keyof D, string>;
/** The fields whose value has one of these indexed types. */
type FieldsOf<D, T extends IndexedType> = {
  [K in FieldOf<D>]-?: TypeNameOf<NonNullable<D[K]>> extends T ? K : never;
}[FieldOf<D>];
type HashedFieldOf<D> = { [K in FieldOf<D>]-?: NonNullable<D[K]> extends Hashed ? K : never }[FieldOf<D>];

/** A query that a kind of document allows: equalities, then at most one order (which may be ranged), then id. */
export interface QuerySpec<D> {
  readonly equal?: readonly FieldsOf<D, 'string' | 'number' | 'boolean'>[];
  /** An array field that must have a given element. */
  readonly contains?: FieldsOf<D, 'strings'>;
  readonly order?: FieldsOf<D, 'string' | 'number'>;
  /** The direction of order and id; ascending when absent. */
  readonly direction?: 'ascending' | 'descending';
}

/**
 * Converts a document from the previous version to the one it is registered under. Pure.
 *
 * During a rolling upgrade, processes of both versions serve. The result must therefore be usable by the previous version. A
 * converted document may come again after that version wrote it, with or without the fields that it does not know.
 */
export type Migration = (document: JsonObject) => JsonObject;

/**
 * A kind of document: the only description from which engines create tables, indexes and checks.
 *
 * `scope`: a `realm` document belongs to one realm by construction; an `installation` document belongs to none.
 */
export interface Spec<
  D extends Identified = Identified,
  Scope extends 'realm' | 'installation' = 'realm' | 'installation',
  Unique extends Readonly<Record<string, readonly FieldOf<D>[]>> = Readonly<Record<string, readonly FieldOf<D>[]>>,
  Queries extends Readonly<Record<string, QuerySpec<D>>> = Readonly<Record<string, QuerySpec<D>>>,
> {
  readonly name: string;
  readonly scope: Scope;
  /** The version of the documents' shape and indexes, starting at 1. Each later one has an entry in `migrations`. */
  readonly version: number;
  readonly migrations?: Readonly<Record<number, Migration>>;
  /** Every field in a unique key or a query, with its one type. */
  readonly indexed: Readonly<Partial<Record<FieldOf<D>, IndexedType>>>;
  /** Fields that contain a {@link Hashed}, possibly the id: the port refuses anything else there. */
  readonly hashed?: readonly HashedFieldOf<D>[];
  /** String fields that are stored sealed. They can't occur in a query, key or condition. */
  readonly sealed?: readonly FieldsOf<D, 'string'>[];
  /** Fields that audit records may show before and after a change. Never a hashed or sealed one. */
  readonly audited?: readonly FieldOf<D>[];
  /** It belongs to the processes on one store; copies of the store omit it. */
  readonly transient?: true;
  /**
   * Documents that `get` and `findOne` return are kept in memory, and the store is asked whether they are unchanged. They are
   * frozen. For kinds that are read much more often than written.
   */
  readonly revalidated?: true;
  /** The stored names of fields that were renamed since they were first stored. */
  readonly storedAs?: Readonly<Partial<Record<FieldOf<D>, string>>>;
  /** Unique keys by name. A document without all of a key's fields holds no key. */
  readonly unique: Unique;
  readonly queries: Queries;
  /** Carries the document type; absent at run time. */
  readonly document?: D;
}

/** A spec of any document, for code that is independent of the kind. */
export interface AnySpec {
  readonly name: string;
  readonly scope: 'realm' | 'installation';
  readonly version: number;
  readonly migrations?: Readonly<Record<number, Migration>>;
  readonly indexed: Readonly<Partial<Record<string, IndexedType>>>;
  readonly hashed?: readonly string[];
  readonly sealed?: readonly string[];
  readonly audited?: readonly string[];
  readonly transient?: true;
  readonly revalidated?: true;
  readonly storedAs?: Readonly<Partial<Record<string, string>>>;
  readonly unique: Readonly<Record<string, readonly string[]>>;
  readonly queries: Readonly<Record<string, AnyQuerySpec>>;
}
export interface AnyQuerySpec {
  readonly equal?: readonly string[];
  readonly contains?: string;
  readonly order?: string;
  readonly direction?: 'ascending' | 'descending';
}

/**
 * Those of these fields that are booleans. A document without such a flag is not in its indexes: most documents lack it, such as audit
 * records that are in the chain, and taking it away then removes an entry and adds none.
 */
export const flagsOf = ({ indexed }: Pick<AnySpec, 'indexed'>, fields: readonly string[]): readonly string[] =>
  fields.filter((field) => indexed[field] === 'boolean');

/** Declares a kind of document: `export const users = spec<User>()({ name: 'users', ... })`. */
export const spec =
  <D extends Identified>() =>
  <
    const Scope extends 'realm' | 'installation',
    const Unique extends Readonly<Record<string, readonly FieldOf<D>[]>>,
    const Queries extends Readonly<Record<string, QuerySpec<D>>>,
  >(
    declared: Spec<D, Scope, Unique, Queries>,
  ): Spec<D, Scope, Unique, Queries> =>
    declared;

export type DocumentOf<S> = S extends { readonly document?: infer D } ? Exclude<D, undefined> & Identified : never;
export type IdOf<S> = DocumentOf<S>['id'];

/** The values of one unique key. */
export type KeyValues<S, K> = S extends { readonly unique: infer U }
  ? K extends keyof U
    ? U[K] extends readonly (infer F)[]
      ? { readonly [P in Extract<F, keyof DocumentOf<S>>]: NonNullable<DocumentOf<S>[P]> }
      : never
    : never
  : never;

/** A range over one scalar field; at least one bound. */
export interface Range<V> {
  readonly gt?: V;
  readonly gte?: V;
  readonly lt?: V;
  readonly lte?: V;
}

/** The values of a declared query: each equality, the element, and optionally a range over the order. */
export type QueryValues<S, N> = S extends { readonly queries: infer Q }
  ? N extends keyof Q
    ? EqualValues<DocumentOf<S>, Q[N]> & ContainsValue<DocumentOf<S>, Q[N]> & OrderRange<DocumentOf<S>, Q[N]>
    : never
  : never;

type EqualValues<D, Q> = Q extends { readonly equal: readonly (infer F)[] }
  ? { readonly [P in Extract<F, keyof D>]: NonNullable<D[P]> }
  : unknown;
type ContainsValue<D, Q> = Q extends { readonly contains: infer F }
  ? { readonly [P in Extract<F, keyof D>]: NonNullable<D[P]> extends readonly (infer E)[] ? E : never }
  : unknown;
type OrderRange<D, Q> = Q extends { readonly order: infer F }
  ? { readonly [P in Extract<F, keyof D>]?: Range<NonNullable<D[P]>> }
  : unknown;

export type KeyName<S> = S extends { readonly unique: infer U } ? Extract<keyof U, string> : never;
export type QueryName<S> = S extends { readonly queries: infer Q } ? Extract<keyof Q, string> : never;
