import type { mongo } from 'mongoose';
import type { MongoFilter } from './filters.js';
import type { Kept } from './stored-document.js';

/** Removes the first results of the filter; repeats if others were faster, so that zero means that none is left. */
export async function removeFirst(
  kept: mongo.Collection<Kept>,
  filter: MongoFilter,
  options: mongo.FindOptions,
): Promise<number> {
  for (;;) {
    const found = await kept.find(filter, { ...options, projection: { _id: 1 } }).toArray();
    if (found.length === 0) return 0;
    const ids = found.map(({ _id }) => _id);
    const { deletedCount } = await kept.deleteMany({ $and: [{ _id: { $in: ids } }, filter] });
    if (deletedCount > 0) return deletedCount;
  }
}
