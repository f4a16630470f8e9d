import type { mongo } from 'mongoose';
import type { Instant } from '../../base/clock.js';
import type { EngineReference } from '../engine.js';
import type { CurrentVersion } from '../revision.js';
import { type ByTheTick, byTheTick } from './batch-reads.js';
import { collectionOf, keyOf } from './layout.js';
import { incarnationOf, type Kept } from './stored-document.js';

/** The most documents in one message. */
const MOST = 1000;

/** The part of a document that a message returns, with the name of its collection. */
interface FoundVersion extends Pick<Kept, '_id' | 'v' | 'i'> {
  readonly c: string;
  readonly d?: { readonly expiresAt?: Instant };
}

/** The versions of documents of any collections, by one message for all callers of one tick. */
export function versionsByTheTick(
  database: mongo.Db,
  promises: mongo.CollectionOptions,
  bounded: mongo.AggregateOptions,
): ByTheTick<EngineReference, FoundVersion | undefined> {
  return byTheTick(MOST, async (references) => {
    const keys = new Map<string, Set<string>>();
    for (const { at, id } of references) {
      const collection = collectionOf(at.spec);
      const ofCollection = keys.get(collection) ?? new Set();
      keys.set(collection, ofCollection.add(keyOf(at, id)));
    }
    const [[first, ...stages] = [''], ...others] = [...keys].map(
      ([collection, ids]) =>
        [
          collection,
          { $match: { _id: { $in: [...ids] } } },
          { $project: { v: 1, i: 1, 'd.expiresAt': 1, c: { $literal: collection } } },
        ] as const,
    );
    const pipeline = [...stages, ...others.map(([coll, ...of]) => ({ $unionWith: { coll, pipeline: of } }))];
    const found = await database
      .collection(first, promises)
      .aggregate<FoundVersion>(pipeline, { ...bounded, batchSize: references.length + 1 })
      .toArray();
    const byPlace = new Map(found.map((each) => [`${each.c}:${each._id}`, each]));
    return references.map(
      ({ at, id }) =>
        () =>
          byPlace.get(`${collectionOf(at.spec)}:${keyOf(at, id)}`),
    );
  });
}

export const currentVersion = (found: FoundVersion | undefined, now: Instant): CurrentVersion | undefined => {
  const { expiresAt } = found?.d ?? {};
  if (!found || (expiresAt !== undefined && expiresAt <= now)) return undefined;
  return { version: found.v, ...incarnationOf(found), ...(expiresAt !== undefined && { expiresAt }) };
};
