import type { mongo, Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { GatehouseError } from '../../base/errors.js';
import type { AnySpec, IndexedType } from '../spec.js';
import type { Kept } from './kept.js';
import { isOurIndex, type IndexSpec, layoutOf, pathOf } from './layout.js';
import { isDuplicate } from './unavailable.js';

/** What the indexed fields of each collection are known to hold. The name can't be a spec's, which begins with a letter. */
const KNOWN_TYPES = 'gatehouse__types';
interface KnownTypes {
  readonly _id: string;
  readonly types: Readonly<Partial<Record<string, IndexedType>>>;
}

/**
 * Brings a collection to what its spec says now: drops the indexes that no spec asks for any more, makes what is missing, and
 * returns when each is built. Finds nothing to do at an ordinary start. Two processes may do it at once.
 */
export async function reconcile(connection: Connection, database: mongo.Db, spec: AnySpec): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await reconcileOnce(connection, database, spec);
      return;
    } catch (error) {
      if (attempt === 8 || !isOfTwoAtOnce(error)) throw error;
      await delay(Math.random() * 50 * attempt);
    }
  }
}

async function reconcileOnce(connection: Connection, database: mongo.Db, spec: AnySpec): Promise<void> {
  const { collection, schema, indexes } = layoutOf(spec);
  await checkTypes(database, spec, collection);
  const model = connection.models[collection] ?? connection.model(collection, schema, collection);
  const { toDrop, toCreate } = await model.diffIndexes({ indexOptionsToCreate: true });
  const kept = database.collection(collection);
  for (const name of toDrop as string[]) {
    if (isOurIndex(name)) await kept.dropIndex(name).catch(ignoring(INDEX_NOT_FOUND));
  }
  const wanted = new Set((toCreate as [unknown, { name?: string }][]).map(([, { name }]) => name));
  const missing = indexes.filter(({ name }) => wanted.has(name));
  if (missing.length > 0) await make(kept, spec, missing);
}

async function make(kept: mongo.Collection, spec: AnySpec, missing: readonly IndexSpec[]): Promise<void> {
  try {
    // In one command, which also makes the collection, and answers when all are built.
    await kept.createIndexes(missing.map(({ key, ...rest }) => ({ key: { ...key }, ...rest })));
  } catch (cause) {
    if (!isDuplicate(cause)) throw cause;
    const keys = missing.filter(({ unique }) => unique).map(({ name }) => name);
    throw new GatehouseError(
      'store-misuse',
      `${spec.name} now has a unique key that some of its documents share (one of ${keys.join(', ')}).`,
      { cause },
    );
  }
}

const BSON_TYPES = { string: 'string', number: 'number', boolean: 'bool', strings: 'array' } as const;

/** Looks once, when a field becomes an indexed one, whether what is there already has its type. */
async function checkTypes(database: mongo.Db, spec: AnySpec, collection: string): Promise<void> {
  const known = database.collection<KnownTypes>(KNOWN_TYPES);
  const before = (await known.findOne({ _id: spec.name }))?.types ?? {};
  const changed = Object.entries(spec.indexed).filter(([field, type]) => before[field] !== type);
  const gone = Object.keys(before).some((field) => spec.indexed[field] === undefined);
  if (changed.length === 0 && !gone) return;
  for (const [field, type] of changed) {
    const path = pathOf(field);
    const ofType = { [path]: { $type: BSON_TYPES[type ?? 'string'] } };
    // A number in an array would count as a number too.
    const right = type === 'strings' ? [ofType] : [{ ...ofType, $nor: [{ [path]: { $type: 'array' } }] }];
    // A document of an older shape may still hold something else there; its migration comes after this.
    const wrong = await database
      .collection<Kept>(collection)
      .findOne({ s: { $gte: spec.version }, [path]: { $exists: true }, $nor: right } as mongo.Filter<Kept>);
    if (wrong) {
      throw new GatehouseError(
        'store-misuse',
        `${spec.name} now indexes ${field} as ${String(type)}, but ${wrong.d.id} holds something else there. ` +
          'Raise the version of the spec and let a migration mend it.',
      );
    }
  }
  await known.updateOne(
    { _id: spec.name },
    { $set: { types: spec.indexed } },
    { upsert: true, writeConcern: { w: 'majority', journal: true } },
  );
}

const INDEX_NOT_FOUND = 27;
/**
 * What another process causes that does the same at this moment: DuplicateKey of the upsert aside, NamespaceExists 48,
 * IndexOptionsConflict 85, IndexKeySpecsConflict 86, WriteConflict 112, ConflictingOperationInProgress 117,
 * IndexBuildAborted 276, BackgroundOperationInProgressForNamespace 12587.
 */
const TWO_AT_ONCE: ReadonlySet<unknown> = new Set([48, 85, 86, 112, 117, 276, 12587]);
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
const isOfTwoAtOnce = (error: unknown): boolean =>
  TWO_AT_ONCE.has(codeOf(error)) || (isDuplicate(error) && !(error instanceof GatehouseError));

const ignoring =
  (code: number) =>
  (error: unknown): void => {
    if (codeOf(error) !== code) throw error;
  };
