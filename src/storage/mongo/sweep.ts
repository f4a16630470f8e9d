import type { mongo } from 'mongoose';
import type { Instant } from '../../base/clock.js';
import type { EngineRequirement } from '../engine.js';
import type { AnySpec } from '../spec.js';
import { transaction, type Transactions } from './commit.js';
import { type MongoFilter, theOne } from './filters.js';
import { dateOf, type Kept } from './stored-document.js';
import { GUARD, pause } from './single-write.js';

interface Sweep {
  readonly limit: number;
  readonly now: Instant;
  readonly under: EngineRequirement;
}

/**
 * Removes expired documents by our clock, up to a limit per kind; undefined if the required condition does not hold. MongoDB
 * also removes them, by its own clock.
 */
export async function sweepAll(
  parts: Transactions,
  specs: Iterable<AnySpec>,
  { limit, now, under }: Sweep,
): Promise<number | undefined> {
  let swept = 0;
  for (const spec of specs) {
    const collection = parts.collectionAt({ spec });
    const ended = { x: { $lte: dateOf(now) } } as MongoFilter;
    const first = { sort: { x: 1 }, limit, projection: { _id: 1 }, maxTimeMS: parts.patience } as const;
    const found = await collection.find(ended, first).toArray();
    if (found.length === 0) continue;
    const ids = found.map(({ _id }) => _id);
    const removed = await removeUnder(parts, under, now, collection, { $and: [{ _id: { $in: ids } }, ended] });
    if (removed === undefined) return undefined;
    swept += removed;
  }
  return swept;
}

async function removeUnder(
  parts: Transactions,
  under: EngineRequirement,
  now: Instant,
  kept: mongo.Collection<Kept>,
  filter: MongoFilter,
): Promise<number | undefined> {
  const giveUp = performance.now() + parts.patience;
  const required = theOne(under.at, under.id, under.condition, now);
  for (let attempt = 0; ; attempt++) {
    const done = await transaction(parts, giveUp, async (session) => {
      const { matchedCount } = await parts.collectionAt(under.at).updateOne(required, GUARD, { session });
      return matchedCount === 0 ? undefined : (await kept.deleteMany(filter, { session })).deletedCount;
    });
    if (done === 'refused') return undefined;
    if (done !== 'again') return done.value;
    await pause(attempt, giveUp);
  }
}
