import { mongo } from 'mongoose';
import { StoreUnavailable } from '../../base/errors.js';
import { keptOf, type Kept } from './stored-document.js';
import type { Insert } from './single-write.js';
import { isDuplicate, isFull, translated } from './connection/unavailable.js';

type InsertAnswer = () => boolean | Promise<boolean>;

/**
 * Inserts of one tick as one unordered message. Each has its own result: written or an error. One that is refused, or can't
 * even be sent, does not affect the others.
 */
export async function insertMany(
  kept: mongo.Collection<Kept>,
  writes: readonly Insert[],
): Promise<readonly InsertAnswer[]> {
  const documents = writes.map(({ at, document }) => keptOf(at, document));
  const [only] = documents;
  if (!only) return [];
  if (documents.length === 1) {
    const written = await insertOne(kept, only);
    return [() => written];
  }
  try {
    await kept.insertMany(documents, { ordered: false });
    return writes.map(() => () => true);
  } catch (error) {
    if (error instanceof mongo.MongoBulkWriteError) return answersOf(error, writes.length);
    // The driver refused the whole message because of one of them; nothing was sent, so each is sent alone.
    if (translated(error).code === 'store-misuse') return documents.map((document) => () => insertOne(kept, document));
    throw error;
  }
}

/**
 * The driver uses one error class for everything, including a broken connection. Inserts without an error count as written only
 * if it accounts for each document.
 */
function answersOf(error: mongo.MongoBulkWriteError, count: number): InsertAnswer[] {
  const refused = new Map([error.writeErrors].flat().map((each) => [each.index, each]));
  const accounted = error.insertedCount + refused.size === count && error.result.getWriteConcernError() === undefined;
  return Array.from({ length: count }, (_, at) => {
    const why = refused.get(at);
    return () => {
      if (why?.code === 11000) return false;
      if (why && isFull(why)) throw translated(why);
      if (why) throw new StoreUnavailable(`MongoDB refused an insert (${why.code})`, { cause: error });
      if (!accounted) throw translated(error);
      return true;
    };
  });
}

async function insertOne(kept: mongo.Collection<Kept>, document: Kept): Promise<boolean> {
  try {
    await kept.insertOne(document);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
