import { mongo } from 'mongoose';
import type { WalkedRow } from '../engine.js';
import type { AnySpec } from '../spec.js';
import { type Filter, holderFilter } from './filters.js';
import { keptLike, type Kept } from './kept.js';

/**
 * Upserts rows as they lay elsewhere, many in one message; MongoDB itself leaves alone what is like this already. Whoever holds
 * a unique key of theirs is removed, and those rows go once more. Gives how many were written.
 */
export async function adopt(kept: mongo.Collection<Kept>, spec: AnySpec, rows: readonly WalkedRow[]): Promise<number> {
  let written = 0;
  let waiting = rows;
  while (waiting.length > 0) {
    const replacements = waiting.map((row) => {
      const replacement = keptLike(spec, row);
      // With its _id: only then does MongoDB see that it is to the byte what is there, and write nothing.
      return { replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true } };
    });
    try {
      const { modifiedCount, upsertedCount } = await kept.bulkWrite(replacements, { ordered: false });
      return written + modifiedCount + upsertedCount;
    } catch (error) {
      const refused = refusedFor(error);
      const inTheWay = refused.flatMap((at) => holdersOf(spec, waiting[at]));
      if (inTheWay.length === 0) throw error;
      written +=
        (error as mongo.MongoBulkWriteError).modifiedCount + (error as mongo.MongoBulkWriteError).upsertedCount;
      await kept.deleteMany({ $or: inTheWay });
      waiting = refused.flatMap((at) => waiting[at] ?? []);
    }
  }
  return written;
}

/** The places of those rows that were refused for a key that is taken; none where anything else went wrong too. */
function refusedFor(error: unknown): readonly number[] {
  if (!(error instanceof mongo.MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) return [];
  const refused = [error.writeErrors].flat();
  return refused.every(({ code }) => code === 11000) ? refused.map(({ index }) => index) : [];
}

/** The others that hold a unique key of this row. */
function holdersOf(spec: AnySpec, row: WalkedRow | undefined): Filter[] {
  if (!row) return [];
  const { _id } = keptLike(spec, row);
  return Object.entries(spec.unique).flatMap(([key, fields]) => {
    const values = fields.map((field) => row.document[field]);
    const holder = holderFilter({ spec, realm: row.realm }, key, values);
    return holder ? [{ ...holder, _id: { $ne: _id } }] : [];
  });
}
