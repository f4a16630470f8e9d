import { mongo } from 'mongoose';
import { StoreUnavailable } from '../../base/errors.js';
import { keptOf, type Kept } from './stored-document.js';
import type { Insert } from './single-write.js';
import { isDuplicate, isFull, translated } from './connection/unavailable.js';

type InsertAnswer = () => boolean | Promise<boolean>;

/**
 * Inserts of one tick as one unordered message. Each answer is its own: whether it was written, or an error; one that is
 * refused, or can't even be sent, keeps no other from being written.
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
    // Refused by the driver for what one of them is; nothing was sent, so each goes by itself.
    if (translated(error).code === 'store-misuse') return documents.map((document) => () => insertOne(kept, document));
    throw error;
  }
}

/**
 * The driver says everything with one class of error, a broken connection too: only where it accounts for each document are
 * those without a complaint known to be written.
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
