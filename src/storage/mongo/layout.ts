import { Schema } from 'mongoose';
import type { Place } from '../engine.js';
import { type AnyQuerySpec, type AnySpec, flagsOf } from '../spec.js';

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

/** The database may be shared with other applications. */
const PREFIX = 'gatehouse_';
export const collectionOf = (spec: AnySpec): string => PREFIX + spec.name;
/** Contains one number, which is incremented to check that the database accepts writes. */
export const PING_COLLECTION = `${PREFIX}_ping`;
/** Undefined for collections that are not ours. */
export const specNameOf = (collection: string): string | undefined =>
  new RegExp(`^${PREFIX}([A-Za-z].*)$`).exec(collection)?.[1];

/**
 * The realm, then the id. The index that every collection has anyway serves reads by id, in id order within a realm. A realm's
 * name is escaped, so that the first `:` ends it.
 */
export const keyOf = ({ realm }: Pick<Place, 'realm'>, id: string): string => realmPrefix(realm) + id;
export const realmPrefix = (realm: string): string => `${escaped(realm)}:`;
/** `;` follows `:`, so this sorts after every key of the realm. */
export const realmEnd = (realm: string): string => `${escaped(realm)};`;
const escaped = (realm: string): string => realm.replaceAll('%', '%25').replaceAll(':', '%3A');

/** The path of a field in the stored document. */
export const pathOf = (field: string): string => `d.${field}`;

export const ID_INDEX = '_id_';
const EXPIRY_INDEX = 'expiry';
export const keyIndexOf = (key: string): string => `key_${key}`;
/** Named by its content, so that two queries that differ in direction share it. None if the order of ids suffices. */
export function queryIndexOf(query: AnyQuerySpec): string {
  const { equal = [], contains, order } = query;
  if (equal.length === 0 && contains === undefined && order === undefined) return ID_INDEX;
  return ['by', ...equal, ...(contains === undefined ? [] : ['has', contains]), order ?? 'id'].join('_');
}
/** Whether Gatehouse created this index and may drop it. */
export const isOurIndex = (name: string): boolean => name === EXPIRY_INDEX || /^(?:key|by)_/.test(name);

export function layoutOf(spec: AnySpec): CollectionLayout {
  const indexes = new Map<string, IndexSpec>();
  // Contains only documents with an end. MongoDB deletes by its own clock; reads compare with ours.
  indexes.set(EXPIRY_INDEX, { name: EXPIRY_INDEX, key: { x: 1 }, expireAfterSeconds: 0 });
  for (const [key, fields] of Object.entries(spec.unique)) {
    const name = keyIndexOf(key);
    // A document without all fields of the key holds no key.
    indexes.set(name, { name, key: keyPattern(fields), unique: true, ...present(fields) });
  }
  for (const query of Object.values(spec.queries)) {
    const name = queryIndexOf(query);
    if (name === ID_INDEX) continue;
    const { equal = [], contains, order } = query;
    const fields = [...equal, ...(contains === undefined ? [] : [contains]), ...(order === undefined ? [] : [order])];
    const needed = [...flagsOf(spec, equal), ...(order === undefined ? [] : [order])];
    indexes.set(name, { name, key: { ...keyPattern(fields), _id: 1 }, ...present(needed) });
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
      i: Number,
      s: Number,
      g: Number,
      x: Date,
      o: Boolean,
      d: document,
    },
    // Indexes are created when the engine decides, and it waits for them.
    { collection: collectionOf(spec), versionKey: false, autoIndex: false, autoCreate: false, id: false },
  );
  for (const { key, ...options } of indexes) schema.index(key, options);
  return schema;
}
