import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '../../base/errors.js';
import type { Instant } from '../../base/clock.js';
import type { EngineOutcome, EngineWrite } from '../engine.js';
import { expectedOne, live, type MongoFilter } from './filters.js';
import { bodyOf, type Body } from './stored-document.js';
import { keyOf } from './layout.js';
import { isDuplicate } from './connection/unavailable.js';
import { type CollectionAt, whyRefused } from './why-refused.js';

export type Insert = Extract<EngineWrite, { kind: 'insert' }>;

export interface SingleWrites {
  readonly collectionAt: CollectionAt;
  /** Whether it was written; false if its id or a unique key is taken. */
  readonly insert: (write: Insert) => Promise<boolean>;
  /** In milliseconds. */
  readonly patience: number;
}

/** A single write: one command if nothing refuses it, and no transaction. */
export async function writeOne(parts: SingleWrites, write: EngineWrite, now: Instant): Promise<EngineOutcome> {
  const giveUp = performance.now() + parts.patience;
  for (let attempt = 0; ; attempt++) {
    const version = await tryOne(parts, write, now);
    if (version !== undefined) return { ok: true, versions: [version] };
    const refusal = await whyRefused(parts.collectionAt, write, now);
    if (refusal) return { ok: false, write: 0, refusal };
    // The obstacle is gone: an expired holder, or a faster writer.
    await pause(attempt, giveUp);
  }
}

/** Waits before another attempt: longer each time, with jitter. @throws StoreUnavailable when the time is over */
export async function pause(attempt: number, giveUp: number): Promise<void> {
  if (performance.now() > giveUp) throw new StoreUnavailable('too many write the same documents at once');
  await delay(Math.random() * Math.min(2 ** attempt, 64));
}

/** Its new version, or undefined if it was refused. */
async function tryOne(
  { collectionAt, insert, patience }: SingleWrites,
  write: EngineWrite,
  now: Instant,
): Promise<number | undefined> {
  const { at } = write;
  const collection = collectionAt(at);
  const bounded = { maxTimeMS: patience };
  try {
    switch (write.kind) {
      case 'insert':
        return (await insert(write)) ? 1 : undefined;
      case 'put': {
        const { filter, update } = putOf(write, now);
        const options = { ...bounded, upsert: true, returnDocument: 'after', projection: { v: 1 } } as const;
        return (await collection.findOneAndUpdate(filter, update, options))?.v;
      }
      case 'replace': {
        const { filter, update } = replaceOf(write, now);
        const { matchedCount } = await collection.updateOne(filter, update, bounded);
        return matchedCount === 1 ? write.expected + 1 : undefined;
      }
      case 'remove': {
        const { deletedCount } = await collection.deleteOne(expectedOne(write, now), bounded);
        return deletedCount === 1 ? 0 : undefined;
      }
      case 'require': {
        const { matchedCount } = await collection.updateOne(expectedOne(write, now), GUARD, bounded);
        return matchedCount === 1 ? 0 : undefined;
      }
    }
  } catch (error) {
    if (isDuplicate(error)) return undefined;
    throw error;
  }
}

/** The write of a requirement: under snapshot isolation, a read would not conflict with a concurrent change. */
export const GUARD = { $inc: { g: 1 } } as const;

/** Upserts over a current document or none. An expired one is in the way, like a key that is taken, until it is evicted. */
export function putOf({ at, document }: Extract<EngineWrite, { kind: 'put' }>, now: Instant) {
  const filter = { _id: keyOf(at, document.id), ...live(now) } as MongoFilter;
  return { filter, update: { ...setting(bodyOf(at, document)), $setOnInsert: { r: at.realm } } };
}

export function replaceOf(
  { at, document, expected, expired }: Extract<EngineWrite, { kind: 'replace' }>,
  now: Instant,
) {
  const filter = { _id: keyOf(at, document.id), v: expected, ...(!expired && live(now)) } as MongoFilter;
  return { filter, update: setting(bodyOf(at, document)) };
}

const setting = ({ set, unset }: Body) => ({
  $set: set,
  ...(Object.keys(unset).length > 0 && { $unset: unset }),
  $inc: { v: 1 } as const,
});
