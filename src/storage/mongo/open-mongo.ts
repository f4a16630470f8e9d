import { mongo } from 'mongoose';
import { atMost } from '../../base/at-most.js';
import { type Instant, seconds } from '../../base/clock.js';
import { fewAtOnce } from '../../base/few-at-once.js';
import { StoreUnavailable } from '../../base/errors.js';
import type { Cursor } from '../../base/paging.js';
import { deadlines } from '../deadlines/deadlines.js';
import type { Engine, EngineOutcome, Row } from '../engine.js';
import type { AnySpec } from '../spec.js';
import { type ByTheTick, byTheTick } from './batch-reads.js';
import { currentVersion, versionsByTheTick } from './current-versions.js';
import { changedRow, type DocumentRead, knownState, readsByTheTick } from './document-reads.js';
import { commitAll } from './commit.js';
import { removeFirst } from './remove-first.js';
import { sweepAll } from './sweep.js';
import { connect, lacksRights } from './connection/connect.js';
import { type MongoFilter, live, selection, theOne } from './filters.js';
import { insertMany } from './insert-many.js';
import { bodyOf, isLive, type Kept, rowOf, walkedRow } from './stored-document.js';
import { collectionOf, keyOf, PING_COLLECTION, specNameOf } from './layout.js';
import { type KeyRead, keyReadsByTheTick } from './key-reads.js';
import { primaryWatch } from './connection/primary-watch.js';
import { reconcile, tidy } from './reconcile.js';
import { type Insert, pause, writeOne } from './single-write.js';
import { turnstile } from './bounded-concurrency.js';
import { adopt } from './adopt.js';
import { exchange } from './exchange.js';
import { isDuplicate, isUnauthorized, translated } from './connection/unavailable.js';
import { whyRefused } from './why-refused.js';

export interface MongoOptions {
  /** How long an operation waits for a primary, a connection, a majority or its turn, in milliseconds; default 5 s. */
  readonly patience?: number;
  /** The store's name in messages; default `GATEHOUSE_STORE`. */
  readonly calledAs?: string;
}

/** As the driver splits inserts. */
const INSERTS = 1000;
/** How long closing waits for operations in progress, and then for the driver, in milliseconds. */
const CLOSING = seconds(1);
/** Concurrent transactions: more would conflict with one another and keep reads waiting for connections. */
const TRANSACTIONS = 16;
/** Collections whose indexes are made at once. More than there are connections would fail on a slow machine, for want of one. */
const PREPARED_AT_ONCE = 8;

/**
 * Opens the store in the database that this URL names (otherwise `gatehouse`).
 *
 * @throws GatehouseError `bad-configuration` for an invalid URL, refused credentials, or a standalone MongoDB
 * @throws StoreUnavailable if it can't be reached
 */
export async function openMongo(
  url: string,
  { patience = seconds(5), calledAs = 'GATEHOUSE_STORE' }: MongoOptions = {},
): Promise<Engine> {
  const { connection, client, database } = await connect(url, patience, calledAs);
  // Set for each collection, since a URL could set something else.
  const writeConcern = new mongo.WriteConcern('majority', patience, true);
  const promises = { readConcern: { level: 'majority' }, readPreference: 'primary', writeConcern } as const;
  const bounded = { maxTimeMS: patience } as const;
  const prepared = new Set<AnySpec>();
  const collections = new Map<string, CollectionParts>();
  const transact = turnstile(TRANSACTIONS, patience, 2 * patience);
  const ping = async () => {
    const pings = database.collection<{ _id: string; n: number }>(PING_COLLECTION, promises);
    await pings.updateOne({ _id: 'ping' }, { $inc: { n: 1 } }, { ...bounded, upsert: true });
  };
  const primary = primaryWatch(client, patience, ping);

  interface CollectionParts {
    readonly kept: mongo.Collection<Kept>;
    readonly gets: ByTheTick<DocumentRead, Kept | undefined>;
    readonly holders: ByTheTick<KeyRead, Kept | undefined>;
    readonly inserts: ByTheTick<Insert, boolean>;
  }
  function partsOf(spec: AnySpec): CollectionParts {
    const known = collections.get(spec.name);
    if (known) return known;
    const collection = database.collection<Kept>(collectionOf(spec), promises);
    const parts: CollectionParts = {
      kept: collection,
      gets: readsByTheTick(collection, bounded),
      holders: keyReadsByTheTick(collection, bounded),
      inserts: byTheTick(INSERTS, (writes) => insertMany(collection, writes)),
    };
    collections.set(spec.name, parts);
    return parts;
  }
  const versions = versionsByTheTick(database, promises, bounded);
  const collectionAt = ({ spec }: { readonly spec: AnySpec }) => partsOf(spec).kept;
  const single = { collectionAt, insert: (write: Insert) => partsOf(write.at.spec).inserts.ask(write), patience };
  const transactions = { client, collectionAt, writeConcern, patience };

  const inTime = deadlines(4 * patience, () => new StoreUnavailable('the driver of MongoDB never answered'));
  let underWay = 0;
  let closing: Promise<void> | undefined;
  let allDone = (): void => undefined;
  /** Wraps every operation: none after closing, and only the port's own errors. */
  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (closing) throw new StoreUnavailable('it is closed');
    underWay++;
    try {
      return await work();
    } catch (error) {
      throw translated(error);
    } finally {
      underWay--;
      if (underWay === 0) allDone();
    }
  }
  /** Runs an operation that a caller waits for. It ends even if the driver does not. */
  const soon = <T>(work: () => Promise<T>): Promise<T> => run(() => inTime(work()));
  const read = <T>(work: () => Promise<T>): Promise<T> => soon(() => primary.read(work));
  const lasting = <T>(work: () => Promise<T>): Promise<T> => run(() => primary.read(work));
  const liveRow = (kept: Kept | null | undefined, now: Instant): Row | undefined =>
    kept && isLive(kept, now) ? rowOf(kept) : undefined;

  return {
    patience,
    hasCheapCommits: false,
    prepare: (specs) =>
      run(async () => {
        const fresh = specs.filter((spec) => !prepared.has(spec));
        await fewAtOnce(fresh, PREPARED_AT_ONCE, (spec) => reconcile(connection, database, spec)).catch(
          (error: unknown) => {
            throw isUnauthorized(error) ? lacksRights(url, calledAs) : error;
          },
        );
        for (const spec of fresh) prepared.add(spec);
      }),
    tidy: (specs, now, under) =>
      run(async () => {
        const required = theOne(under.at, under.id, under.condition, now);
        const holds = async (): Promise<boolean> => (await collectionAt(under.at).findOne(required, bounded)) !== null;
        for (const spec of specs) if (!(await tidy(connection, database, spec, holds))) return false;
        return true;
      }),
    get: (at, id, now) => read(async () => liveRow(await partsOf(at.spec).gets.ask({ key: keyOf(at, id) }), now)),
    currentVersions: (references, now) =>
      read(async () => {
        const found = await Promise.all(references.map((reference) => versions.ask(reference)));
        return found.map((each) => currentVersion(each, now));
      }),
    getMany: (at, ids, now) =>
      read(async () => {
        const { gets } = partsOf(at.spec);
        const found = await Promise.all(ids.map((id) => gets.ask({ key: keyOf(at, id) })));
        return found.flatMap((each) => liveRow(each, now) ?? []);
      }),
    findOne: (at, key, values, now) =>
      read(async () => liveRow(await partsOf(at.spec).holders.ask({ at, key, values }), now)),
    getIfChanged: (at, id, known, now) =>
      read(async () => {
        const { gets } = partsOf(at.spec);
        const question = { key: keyOf(at, id), ...(known && { known: knownState(at, known) }) };
        return changedRow(await gets.ask(question), now);
      }),
    findOneIfChanged: (at, key, values, known, now) =>
      read(async () => {
        const question = { at, key, values, ...(known && { known: knownState(at, known) }) };
        return changedRow(await partsOf(at.spec).holders.ask(question), now);
      }),
    find: (at, find, now) =>
      read(async () => {
        const { filter, ...plan } = selection(at, find, now);
        const page = { ...bounded, ...plan, limit: find.limit, batchSize: find.limit + 1 };
        return (await collectionAt(at).find(filter, page).toArray()).map(rowOf);
      }),
    count: (at, query, limit, now) =>
      read(() => {
        const { filter, hint } = selection(at, query, now);
        return collectionAt(at).countDocuments(filter, { ...bounded, hint, limit });
      }),
    write: (writes, now): Promise<EngineOutcome> =>
      soon(async () => {
        const [first] = writes;
        if (!first) return { ok: true, versions: [] };
        const work = () =>
          writes.length === 1 ? writeOne(single, first, now) : transact(() => commitAll(transactions, writes, now));
        return primary.write(work, ({ ok }) => ok);
      }),
    increment: (at, fresh, field, by, now) =>
      soon(async () => {
        const giveUp = performance.now() + patience;
        const { set } = bodyOf(at, fresh);
        const { [field]: _counted, ...rest } = set.d;
        const born = Object.fromEntries(Object.entries(rest).map(([name, value]) => [`d.${name}`, value]));
        const update = {
          // As a double, like our numbers: a 64-bit integer would not be read as one.
          $inc: { [`d.${field}`]: new mongo.Double(by), v: 1 },
          $set: { i: set.i, s: set.s },
          $setOnInsert: { r: at.realm, ...(set.x && { x: set.x }), ...born },
        } as mongo.UpdateFilter<Kept>;
        const filter = { _id: keyOf(at, fresh.id), ...live(now) } as MongoFilter;
        for (let attempt = 0; ; attempt++) {
          try {
            const options = { ...bounded, upsert: true, returnDocument: 'after' } as const;
            const counted = await collectionAt(at).findOneAndUpdate(filter, update, options);
            if (counted) return rowOf(counted);
          } catch (error) {
            if (!isDuplicate(error)) throw error;
          }
          // Another process inserted it at the same moment, or an expired one is in the way and is evicted here.
          await whyRefused(collectionAt, { at, kind: 'put', document: fresh }, now);
          await pause(attempt, giveUp);
        }
      }),
    take: (at, id, condition, now) =>
      soon(async () => {
        const work = () => collectionAt(at).findOneAndDelete(theOne(at, id, condition, now), bounded);
        const taken = await primary.write(work, (found) => found !== null);
        return taken ? rowOf(taken) : undefined;
      }),
    removeWhere: (at, query, limit, now) =>
      soon(async () => {
        const { filter, ...plan } = selection(at, query, now);
        const work = () => removeFirst(collectionAt(at), filter, { ...bounded, ...plan, limit });
        return primary.write(work, (removed) => removed > 0);
      }),
    sweep: (limit, now, under) => run(() => sweepAll(transactions, prepared, { limit, now, under })),
    walk: (spec, { limit, after, below }) =>
      lasting(async () => {
        const filter = {
          ...(below !== undefined && { s: { $lt: below } }),
          ...(after !== undefined && { _id: { $gt: after } }),
        } as MongoFilter;
        const found = await collectionAt({ spec })
          .find(filter, { sort: { _id: 1 }, limit, batchSize: limit + 1 })
          .toArray();
        const last = found.at(-1);
        return { rows: found.map(walkedRow), ...(last && found.length === limit && { next: last._id as Cursor }) };
      }),
    adopt: (spec, rows) => run(() => adopt(collectionAt({ spec }), spec, rows)),
    exchange: (spec, changes) => run(() => exchange(collectionAt({ spec }), spec, changes)),
    discard: (spec, keys) =>
      run(async () => {
        await collectionAt({ spec }).deleteMany({ _id: { $in: keys.map((key) => keyOf(key, key.id)) } });
      }),
    kinds: () =>
      lasting(async () => {
        const known = await database.listCollections({}, { nameOnly: true, authorizedCollections: true }).toArray();
        const ours = known.map(({ name }) => name).filter((name) => specNameOf(name) !== undefined);
        const filled = await Promise.all(
          ours.map((name) => database.collection(name, promises).findOne({}, { ...bounded, projection: { _id: 1 } })),
        );
        return ours.flatMap((name, at) => (filled[at] ? (specNameOf(name) ?? []) : []));
      }),
    ping: () => soon(ping),
    close() {
      closing ??= (async () => {
        if (underWay > 0) await atMost(CLOSING, new Promise<void>((resolve) => (allDone = resolve)));
        primary.close();
        // The driver tells the primary which sessions are over, and would wait for a primary that does not answer.
        await atMost(CLOSING, connection.close());
      })();
      return closing;
    },
  };
}
