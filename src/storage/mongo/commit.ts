import type { mongo } from 'mongoose';
import type { Instant } from '../../base/clock.js';
import { StoreUnavailable } from '../../base/errors.js';
import type { EngineOutcome, EngineWrite } from '../engine.js';
import { expectedOne, expired, live, type MongoFilter, holderFilter } from './filters.js';
import { keptOf, type Kept } from './stored-document.js';
import { keyOf } from './layout.js';
import { GUARD, pause, putOf, replaceOf } from './single-write.js';
import { isDuplicate, isTransient, isUnknownCommit } from './connection/unavailable.js';
import { type CollectionAt, whyNotAll } from './why-refused.js';

export interface Transactions {
  readonly client: mongo.MongoClient;
  readonly collectionAt: CollectionAt;
  readonly writeConcern: mongo.WriteConcern;
  /** In milliseconds. */
  readonly patience: number;
}

/**
 * Writes in one transaction, and retries with growing delays while others conflict. If an expectation does not hold, reads
 * outside the transaction find out which.
 */
export async function commitAll(
  parts: Transactions,
  writes: readonly EngineWrite[],
  now: Instant,
): Promise<EngineOutcome> {
  const giveUp = performance.now() + parts.patience;
  // Expired holders are rare, so they are evicted only once one may have caused a refusal.
  let evicting = false;
  for (let attempt = 0; ; attempt++) {
    const done = await transaction(parts, giveUp, (session) =>
      writeAll(parts.collectionAt, session, writes, now, evicting),
    );
    if (typeof done === 'object') return { ok: true, versions: done.value };
    if (done === 'refused') {
      const refused = await whyNotAll(parts.collectionAt, writes, now);
      if (refused) return { ok: false, ...refused };
      evicting = true;
    }
    await pause(attempt, giveUp);
  }
}

/**
 * One attempt at a transaction; the work returns undefined if an expectation does not hold. `refused`: that, or a key was
 * taken; `again`: a conflict with others. Nothing was written in either case.
 */
export async function transaction<T>(
  { client, writeConcern, patience }: Transactions,
  giveUp: number,
  work: (session: mongo.ClientSession) => Promise<T | undefined>,
): Promise<{ readonly value: T } | 'refused' | 'again'> {
  const session = client.startSession();
  try {
    session.startTransaction({
      readConcern: { level: 'snapshot' },
      readPreference: 'primary',
      writeConcern,
      maxCommitTimeMS: patience,
    });
    const value = await work(session);
    if (value === undefined) return 'refused';
    await commitSurely(session, giveUp);
    return { value };
  } catch (error) {
    if (isTransient(error)) return 'again';
    if (isDuplicate(error)) return 'refused';
    throw error;
  } finally {
    // Ending the session aborts anything uncommitted.
    await session.endSession().catch(() => undefined);
  }
}

/** Expired documents that hold the id or a unique key of this write, including those that this commit wrote earlier. */
function expiredHolders(write: EngineWrite, now: Instant): MongoFilter | undefined {
  if (!('document' in write)) return undefined;
  const { at, document } = write;
  const own = keyOf(at, document.id);
  const others = Object.entries(at.spec.unique).flatMap(([key, fields]) => {
    const holder = holderFilter(
      at,
      key,
      fields.map((field) => document[field]),
    );
    return holder ? [{ ...holder, _id: { $ne: own } }] : [];
  });
  const holders = [...others, ...(write.kind === 'replace' ? [] : [{ _id: own }])];
  return holders.length === 0 ? undefined : { $or: holders, ...expired(now) };
}

async function commitSurely(session: mongo.ClientSession, giveUp: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      if (!isUnknownCommit(error)) throw error;
      if (performance.now() > giveUp) {
        throw new StoreUnavailable('whether a commit was written could not be learned', { cause: error });
      }
      await pause(attempt, giveUp);
    }
  }
}

/**
 * Each message waits for the previous one, and a client that dies between two holds its locks; so there are as few as possible.
 */
async function writeAll(
  collectionAt: CollectionAt,
  session: mongo.ClientSession,
  writes: readonly EngineWrite[],
  now: Instant,
  evicting: boolean,
): Promise<readonly number[] | undefined> {
  const versions = writes.map((write) =>
    write.kind === 'insert' ? 1 : write.kind === 'replace' ? write.expected + 1 : 0,
  );
  for (const run of runsOf(writes, evicting)) {
    const collection = collectionAt(run[0].write.at);
    const [{ write, at }] = run;
    const inTheWay = evicting ? expiredHolders(write, now) : undefined;
    if (inTheWay) await collection.deleteMany(inTheWay, { session });
    if (write.kind === 'put') {
      const { filter, update } = putOf(write, now);
      const options = { session, upsert: true, returnDocument: 'after', projection: { v: 1 } } as const;
      const put = await collection.findOneAndUpdate(filter, update, options);
      versions[at] = put?.v ?? 1;
      continue;
    }
    const operations = operationsOf(run, now);
    const { insertedCount, matchedCount, deletedCount } = await collection.bulkWrite(operations, {
      session,
      ordered: true,
    });
    if (insertedCount + matchedCount + deletedCount < run.length) return undefined;
  }
  return versions;
}

interface Numbered {
  readonly write: EngineWrite;
  readonly at: number;
}
type WriteRun = readonly [Numbered, ...Numbered[]];

/**
 * The writes of one message: to one collection, in order. Writes to different collections do not depend on each other, so their
 * relative order is free. A put is sent alone, because its version must be returned.
 *
 * @param alone sends each write alone
 */
function runsOf(writes: readonly EngineWrite[], alone: boolean): readonly WriteRun[] {
  const byCollection = new Map<string, [Numbered, ...Numbered[]][]>();
  for (const [at, write] of writes.entries()) {
    const runs = byCollection.get(write.at.spec.name) ?? [];
    byCollection.set(write.at.spec.name, runs);
    const last = runs.at(-1);
    if (last && !alone && write.kind !== 'put' && last[0].write.kind !== 'put') last.push({ write, at });
    else runs.push([{ write, at }]);
  }
  return [...byCollection.values()].flat();
}

/** One for each write; one for all removals in a row that expect nothing but the document. MongoDB plans and runs each by itself. */
function operationsOf(run: WriteRun, now: Instant): mongo.AnyBulkWriteOperation<Kept>[] {
  const operations: mongo.AnyBulkWriteOperation<Kept>[] = [];
  let removed: string[] = [];
  for (const { write } of run) {
    if (!isPlainRemoval(write)) {
      removed = [];
      operations.push(operationOf(write, now));
      continue;
    }
    if (removed.length === 0) {
      const filter = { _id: { $in: removed }, ...live(now) } as MongoFilter;
      operations.push({ deleteMany: { filter } });
    }
    removed.push(keyOf(write.at, write.id));
  }
  return operations;
}

const isPlainRemoval = (write: EngineWrite): write is Extract<EngineWrite, { kind: 'remove' | 'require' }> =>
  write.kind === 'remove' && write.expected === undefined && Object.keys(write.condition).length === 0;

function operationOf(write: EngineWrite, now: Instant): mongo.AnyBulkWriteOperation<Kept> {
  const { at } = write;
  switch (write.kind) {
    case 'insert':
      return { insertOne: { document: keptOf(at, write.document) } };
    case 'put':
      return { updateOne: { ...putOf(write, now), upsert: true } };
    case 'replace':
      return { updateOne: replaceOf(write, now) };
    case 'remove':
      return { deleteOne: { filter: expectedOne(write, now) } };
    case 'require':
      return { updateOne: { filter: expectedOne(write, now), update: GUARD } };
  }
}
