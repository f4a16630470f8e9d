import type { mongo, Connection } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import { GatehouseError } from '../../base/errors.js';
import type { AnySpec } from '../spec.js';
import { collectionOf, isOurIndex, type IndexSpec, layoutOf } from './layout.js';
import { isDuplicate } from './connection/unavailable.js';

/**
 * Creates a collection's missing indexes by its spec, and returns when each is built. Indexes that the spec no longer declares
 * stay until they are tidied, so that a process of an older version continues. Does nothing at an ordinary start. Two processes
 * may run it at once.
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

/**
 * Drops our indexes that the spec no longer declares. `holds` is called after they are listed, so that none was created by
 * another process after the requirement failed. False: it does not hold.
 */
export async function tidy(
  connection: Connection,
  database: mongo.Db,
  spec: AnySpec,
  holds: () => Promise<boolean>,
): Promise<boolean> {
  const { unwanted } = await differences(connection, spec);
  if (!(await holds())) return false;
  for (const name of unwanted) await drop(database, spec, name);
  return true;
}

async function reconcileOnce(connection: Connection, database: mongo.Db, spec: AnySpec): Promise<void> {
  const { indexes } = layoutOf(spec);
  const { unwanted, missing } = await differences(connection, spec);
  const collection = database.collection(collectionOf(spec));
  const existingIndexes = unwanted.length === 0 ? [] : await collection.indexes();
  for (const { name = '', key, unique, partialFilterExpression } of existingIndexes) {
    if (!unwanted.includes(name)) continue;
    const inTheWay = indexes.some((index) => index.name === name);
    if (inTheWay || unique === true) await drop(database, spec, name);
    // A unique key that no spec declares any more would refuse what all specs allow. The previous version still reads by it, by
    // its name.
    if (!inTheWay && unique === true) {
      await collection.createIndexes([{ key, name, ...(partialFilterExpression && { partialFilterExpression }) }]);
    }
  }
  if (missing.length > 0) await make(collection, spec, missing);
}

/** `unwanted`: our indexes that differ from the spec, including `missing` ones of the same name. */
async function differences(
  connection: Connection,
  spec: AnySpec,
): Promise<{ readonly unwanted: readonly string[]; readonly missing: readonly IndexSpec[] }> {
  const { collection, schema, indexes } = layoutOf(spec);
  const model = connection.models[collection] ?? connection.model(collection, schema, collection);
  const { toDrop, toCreate } = await model.diffIndexes({ indexOptionsToCreate: true });
  const wanted = new Set((toCreate as [unknown, { name?: string }][]).map(([, { name }]) => name));
  return {
    unwanted: (toDrop as string[]).filter(isOurIndex),
    missing: indexes.filter(({ name }) => wanted.has(name)),
  };
}

const drop = async (database: mongo.Db, spec: AnySpec, name: string): Promise<void> => {
  await database.collection(collectionOf(spec)).dropIndex(name).catch(ignoring(INDEX_NOT_FOUND));
};

async function make(kept: mongo.Collection, spec: AnySpec, missing: readonly IndexSpec[]): Promise<void> {
  try {
    // In one command, which also creates the collection, and returns when all are built.
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

const INDEX_NOT_FOUND = 27;
/**
 * Errors caused by another process that does the same at this moment, except for DuplicateKey of the upsert. NamespaceExists
 * 48, IndexOptionsConflict 85, IndexKeySpecsConflict 86, WriteConflict 112, ConflictingOperationInProgress 117,
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
