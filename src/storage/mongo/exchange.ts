import type { mongo } from 'mongoose';
import type { RowExchange } from '../engine.js';
import type { AnySpec } from '../spec.js';
import type { MongoFilter } from './filters.js';
import type { Kept } from './stored-document.js';
import { keyOf } from './layout.js';

/** Replaces sealed fields of documents that are still as they were read, many in one message. Returns how many were. */
export async function exchange(
  kept: mongo.Collection<Kept>,
  spec: AnySpec,
  changes: readonly RowExchange[],
): Promise<number> {
  if (changes.length === 0) return 0;
  const updates = changes.map(({ row, document }) => {
    const fields = (spec.sealed ?? []).filter((field) => row.document[field] !== undefined);
    const of = (from: RowExchange['document']) =>
      Object.fromEntries(fields.map((field) => [`d.${field}`, from[field]]));
    const place = keyOf(row, document.id);
    // Every sealing is different, so an equal value is the one that was read.
    const filter = { _id: place, v: row.version, ...of(row.document) } as MongoFilter;
    return { updateOne: { filter, update: { $set: of(document) } } };
  });
  return (await kept.bulkWrite(updates, { ordered: false })).modifiedCount;
}
