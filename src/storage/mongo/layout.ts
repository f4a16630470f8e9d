import { Schema } from 'mongoose';
import type { Place } from '../engine.js';
import type { AnyQuerySpec, AnySpec } from '../spec.js';

/** The database form of one kind of document: a collection, its schema, and its indexes by definition. */
export interface CollectionLayout {
  readonly collection: string;
  readonly schema: Schema;
  readonly indexes: readonly IndexSpec[];
}

export interface IndexSpec {
  readonly name: string;
  readonly key: Readonly<Record<string, 1>>;
  readonly unique?: true;
  readonly partialFilterExpression?: Readonly<Record<string, { readonly $exists: true }>>;
  readonly expireAfterSeconds?: 0;
}

/** Ours may share a database with others. */
const PREFIX = 'gatehouse_';
export const collectionOf = (spec: AnySpec): string => PREFIX + spec.name;
/** Holds one number, which is raised to see whether the database takes writes. */
export const PING_COLLECTION = `${PREFIX}_ping`;
/** Undefined for what holds no documents of ours. */
export const specNameOf = (collection: string): string | undefined =>
  new RegExp(`^${PREFIX}([A-Za-z].*)$`).exec(collection)?.[1];

/**
 * The realm, then the id: reading by id needs no other index than the one that every collection has, which is in the order of
 * ids within a realm. A realm's name is escaped, so that its first `:` is its end.
 */
export const keyOf = ({ realm }: Pick<Place, 'realm'>, id: string): string => realmPrefix(realm) + id;
export const realmPrefix = (realm: string): string => `${escaped(realm)}:`;
/** `;` comes next after `:`, so this is past every key of the realm. */
export const realmEnd = (realm: string): string => `${escaped(realm)};`;
const escaped = (realm: string): string => realm.replaceAll('%', '%25').replaceAll(':', '%3A');

/** Where a field of the document lies. */
export const pathOf = (field: string): string => `d.${field}`;

export const ID_INDEX = '_id_';
const EXPIRY_INDEX = 'expiry';
export const keyIndexOf = (key: string): string => `key_${key}`;
/** By what it is made of, so that two queries that differ in direction share it. None where the ids' own order serves. */
export function queryIndexOf(query: AnyQuerySpec): string {
  const { equal = [], contains, order } = query;
  if (equal.length === 0 && contains === undefined && order === undefined) return ID_INDEX;
  return ['by', ...equal, ...(contains === undefined ? [] : ['has', contains]), order ?? 'id'].join('_');
}
/** Whether Gatehouse made this index, and may drop it. */
export const isOurIndex = (name: string): boolean => name === EXPIRY_INDEX || /^(?:key|by)_/.test(name);

export function layoutOf(spec: AnySpec): CollectionLayout {
  const indexes = new Map<string, IndexSpec>();
  // Only what has an end is in it. MongoDB sweeps by its own clock; whoever reads compares with ours.
  indexes.set(EXPIRY_INDEX, { name: EXPIRY_INDEX, key: { x: 1 }, expireAfterSeconds: 0 });
  for (const [key, fields] of Object.entries(spec.unique)) {
    const name = keyIndexOf(key);
    // A document that lacks a field of the key holds no key.
    indexes.set(name, { name, key: keyPattern(fields), unique: true, ...present(fields) });
  }
  for (const query of Object.values(spec.queries)) {
    const name = queryIndexOf(query);
    if (name === ID_INDEX) continue;
    const { equal = [], contains, order } = query;
    const fields = [...equal, ...(contains === undefined ? [] : [contains]), ...(order === undefined ? [] : [order])];
    indexes.set(name, { name, key: { ...keyPattern(fields), _id: 1 }, ...present(order === undefined ? [] : [order]) });
  }
  const list = [...indexes.values()];
  return { collection: collectionOf(spec), schema: schemaOf(spec, list), indexes: list };
}

const keyPattern = (fields: readonly string[]): Record<string, 1> =>
  Object.fromEntries([['r', 1], ...fields.map((field) => [pathOf(field), 1])]) as Record<string, 1>;

function present(fields: readonly string[]): Pick<IndexSpec, 'partialFilterExpression'> {
  if (fields.length === 0) return {};
  return {
    partialFilterExpression: Object.fromEntries(fields.map((field) => [pathOf(field), { $exists: true as const }])),
  };
}

const TYPES = { string: String, number: Number, boolean: Boolean, strings: [String] } as const;

/** The stored form as a mongoose schema: see `Kept`. Fields without an index are JSON of any shape. */
function schemaOf(spec: AnySpec, indexes: readonly IndexSpec[]): Schema {
  const indexed = Object.entries(spec.indexed).map(([field, type]) => [field, TYPES[type ?? 'string']]);
  const document = new Schema(Object.fromEntries([['id', String], ...indexed]) as object, {
    _id: false,
    id: false,
    strict: false,
  });
  const schema = new Schema(
    {
      _id: String,
      r: String,
      v: Number,
      s: Number,
      g: Number,
      x: Date,
      o: Boolean,
      d: document,
    },
    // Indexes are made when the engine says so, and it waits for them.
    { collection: collectionOf(spec), versionKey: false, autoIndex: false, autoCreate: false, id: false },
  );
  for (const { key, ...options } of indexes) schema.index(key, options);
  return schema;
}
