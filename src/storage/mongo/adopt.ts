import { mongo } from 'mongoose';
import type { WalkedRow } from '../engine.js';
import type { AnySpec } from '../spec.js';
import { type MongoFilter, holderFilter } from './filters.js';
import { keptLike, type Kept } from './stored-document.js';

/**
 * Upserts rows exactly as given, many in one message; MongoDB skips identical ones. Documents that hold one of their unique
 * keys are removed, and those rows are sent again. Returns how many were written.
 */
export async function adopt(kept: mongo.Collection<Kept>, spec: AnySpec, rows: readonly WalkedRow[]): Promise<number> {
  let written = 0;
  let waiting = rows;
  while (waiting.length > 0) {
    const replacements = waiting.map((row) => {
      const replacement = keptLike(spec, row);
      // Includes _id: only then does MongoDB recognise an identical document and write nothing.
      return { replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true } };
    });
    try {
      const { modifiedCount, upsertedCount } = await kept.bulkWrite(replacements, { ordered: false });
      return written + modifiedCount + upsertedCount;
    } catch (error) {
      if (!isForKeysAlone(error)) throw error;
      written += error.modifiedCount + error.upsertedCount;
      const refused = error.result.getWriteErrors().flatMap(({ index }) => waiting[index] ?? []);
      const inTheWay = refused.flatMap((row) => holdersOf(spec, row));
      const { deletedCount } = inTheWay.length > 0 ? await kept.deleteMany({ $or: inTheWay }) : { deletedCount: 0 };
      // None of our documents is in the way, so it is an index that somebody else created.
      if (deletedCount === 0 && refused.length === waiting.length) throw error;
      waiting = refused;
    }
  }
  return written;
}

/** Whether rows were refused only because a key is taken. */
const isForKeysAlone = (error: unknown): error is mongo.MongoBulkWriteError =>
  error instanceof mongo.MongoBulkWriteError &&
  error.result.getWriteConcernError() === undefined &&
  error.result.getWriteErrorCount() > 0 &&
  error.result.getWriteErrors().every(({ code }) => code === 11000);

/** Other documents that hold a unique key of this row. */
function holdersOf(spec: AnySpec, row: WalkedRow): MongoFilter[] {
  const { _id } = keptLike(spec, row);
  return Object.entries(spec.unique).flatMap(([key, fields]) => {
    const values = fields.map((field) => row.document[field]);
    const holder = holderFilter({ spec, realm: row.realm }, key, values);
    return holder ? [{ ...holder, _id: { $ne: _id } }] : [];
  });
}
