import type { mongo } from 'mongoose';
import type { Instant } from '../../base/clock.js';
import type { Json } from '../../base/json.js';
import type { EngineDocument, EngineWrite, Place } from '../engine.js';
import type { StoreRefusal } from '../refusal.js';
import { expired, type MongoFilter, holderFilter, theOne } from './filters.js';
import { isLive, type Kept } from './stored-document.js';
import { keyOf } from './layout.js';

export type CollectionAt = (at: Pick<Place, 'spec'>) => mongo.Collection<Kept>;

/** Reads the primary's latest state: the reason of a refusal may not have reached the majority yet. */
const NOW = { readConcern: { level: 'local' } } as const;
/** The documents that earlier writes of the commit leave, by their keys; undefined: removed. */
type Earlier = ReadonlyMap<string, EngineDocument | undefined>;
const NONE: Earlier = new Map();

/**
 * Why this write was refused, read afterwards; undefined if nothing is in its way any more, and it may be retried. Evicts
 * expired holders.
 */
export async function whyRefused(
  collectionAt: CollectionAt,
  write: EngineWrite,
  now: Instant,
  earlier: Earlier = NONE,
): Promise<StoreRefusal | undefined> {
  const { at } = write;
  const collection = collectionAt(at);
  switch (write.kind) {
    case 'insert': {
      const _id = keyOf(at, write.document.id);
      const holder = await collection.findOne({ _id }, NOW);
      if (holder && isLive(holder, now)) return { code: 'conflict', key: 'id' };
      if (holder) await evict(collection, holder, now);
      return conflict(collection, at, write.document, now, earlier);
    }
    case 'put': {
      const holder = await collection.findOne({ _id: keyOf(at, write.document.id) }, NOW);
      if (holder && !isLive(holder, now)) await evict(collection, holder, now);
      return conflict(collection, at, write.document, now, earlier);
    }
    case 'replace': {
      const found = await collection.findOne({ _id: keyOf(at, write.document.id) }, NOW);
      if (!found || !(write.expired || isLive(found, now))) return { code: 'missing' };
      if (found.v !== write.expected) return { code: 'changed' };
      return conflict(collection, at, write.document, now, earlier);
    }
    case 'remove':
    case 'require': {
      const found = await collection.findOne({ _id: keyOf(at, write.id) }, NOW);
      if (!found || !isLive(found, now)) return { code: 'missing' };
      if (write.expected !== undefined && found.v !== write.expected) return { code: 'changed' };
      const meets = await collection.findOne(theOne(at, write.id, write.condition, now), {
        ...NOW,
        projection: { _id: 1 },
      });
      return meets ? undefined : { code: 'condition' };
    }
  }
}

/** For a commit: the first write that is refused. The writes are evaluated in sequence. */
export async function whyNotAll(
  collectionAt: CollectionAt,
  writes: readonly EngineWrite[],
  now: Instant,
): Promise<{ readonly write: number; readonly refusal: StoreRefusal } | undefined> {
  const earlier = new Map<string, EngineDocument | undefined>();
  for (const [at, write] of writes.entries()) {
    const refusal = await whyRefused(collectionAt, write, now, earlier);
    if (refusal) return { write: at, refusal };
    const place = `${write.at.spec.name} `;
    if ('document' in write) earlier.set(place + keyOf(write.at, write.document.id), write.document);
    else if (write.kind === 'remove') earlier.set(place + keyOf(write.at, write.id), undefined);
  }
  return undefined;
}

/** The first unique key of this document that another current document holds. */
async function conflict(
  kept: mongo.Collection<Kept>,
  at: Place,
  document: EngineDocument,
  now: Instant,
  earlier: Earlier,
): Promise<StoreRefusal | undefined> {
  const own = keyOf(at, document.id);
  const prefix = `${at.spec.name} `;
  for (const [key, fields] of Object.entries(at.spec.unique)) {
    const values = fields.map((field) => document[field]);
    const filter = holderFilter(at, key, values);
    if (!filter) continue;
    const holder = await kept.findOne({ ...filter, _id: { $ne: own } } as MongoFilter, NOW);
    if (holder && !isLive(holder, now)) await evict(kept, holder, now);
    // A document that an earlier write of the commit changes is evaluated with that change.
    else if (holder && !earlier.has(prefix + holder._id)) return { code: 'conflict', key };
    const taken = [...earlier].some(
      ([place, left]) =>
        place.startsWith(prefix + realmOf(own)) && place !== prefix + own && holds(left, fields, values, now),
    );
    if (taken) return { code: 'conflict', key };
  }
  return undefined;
}

const realmOf = (key: string): string => key.slice(0, key.indexOf(':') + 1);
const holds = (
  document: EngineDocument | undefined,
  fields: readonly string[],
  values: readonly (Json | undefined)[],
  now: Instant,
): boolean =>
  document !== undefined && isLive({ d: document }, now) && fields.every((field, i) => document[field] === values[i]);

async function evict(kept: mongo.Collection<Kept>, { _id }: Kept, now: Instant): Promise<void> {
  await kept.deleteOne({ _id, ...expired(now) });
}
