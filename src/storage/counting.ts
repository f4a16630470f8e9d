import type { AnySpec } from './spec.js';
import type { Collection, Store } from './store.js';

/** The store calls of a run. */
export interface CallTally {
  /** A commit counts once; so do calls to one collection within one tick, which may travel together. */
  readonly portCalls: number;
  /** The longest chain of calls, each of which began after the previous one had ended. */
  readonly hops: number;
  /** `<collection>.<operation>`, in order of their start; for messages, and to find calls to save. */
  readonly calls: readonly string[];
}

/** A store that counts its calls. For tests of budgets, in their own process or in a server under test. */
export interface CountingStore {
  readonly store: Store;
  /** Restarts the count. */
  reset(): void;
  tally(): CallTally;
}

/** Calls that an engine sends in one message if they are made in one tick. */
const TRAVEL_TOGETHER: ReadonlySet<string> = new Set(['get', 'getMany', 'insert', 'currentVersions']);

/** @param ignored names of collections that are not counted: those of background work */
export function countCalls(store: Store, ignored: readonly string[] = []): CountingStore {
  let calls: string[] = [];
  let portCalls = 0;
  let hops = 0;
  /** The depth of the deepest finished chain: new calls may depend on it. */
  let ended = 0;
  /** The calls of this tick that others may still join. */
  let open = new Set<string>();
  /** The number of resets. A call that began before the last one belongs to no count. */
  let round = 0;

  async function count<T>(collection: string, realm: string, operation: string, work: () => Promise<T>): Promise<T> {
    if (ignored.includes(collection)) return work();
    const [depth, begunIn] = [ended + 1, round];
    hops = Math.max(hops, depth);
    calls.push(`${collection}.${operation}`);
    // getMany counts as several gets.
    const message = JSON.stringify([realm, collection, operation === 'getMany' ? 'get' : operation]);
    if (!open.has(message)) portCalls += 1;
    if (TRAVEL_TOGETHER.has(operation)) {
      if (open.size === 0) setImmediate(() => open.clear());
      open.add(message);
    }
    try {
      return await work();
    } finally {
      if (begunIn === round) ended = Math.max(ended, depth);
      open.clear();
    }
  }

  function counted<S>(collection: Collection<S>, spec: AnySpec, realm: string): Collection<S> {
    const run = <T>(operation: string, work: () => Promise<T>): Promise<T> => count(spec.name, realm, operation, work);
    const one: Collection<S> = {
      get: (id) => run('get', () => collection.get(id)),
      getMany: (ids) => run('getMany', () => collection.getMany(ids)),
      findOne: (key, values) => run('findOne', () => collection.findOne(key, values)),
      find: (query, values, page) => run('find', () => collection.find(query, values, page)),
      count: (query, values, upTo) => run('count', () => collection.count(query, values, upTo)),
      insert: (document) => run('insert', () => collection.insert(document)),
      put: (document) => run('put', () => collection.put(document)),
      replace: (document, expected) => run('replace', () => collection.replace(document, expected)),
      // Get and replace, so two calls and two hops.
      async change(id, change) {
        await run('get', () => Promise.resolve());
        return run('replace', () => collection.change(id, change));
      },
      increment: (id, field, by, expiresAt) => run('increment', () => collection.increment(id, field, by, expiresAt)),
      take: (id, condition) => run('take', () => collection.take(id, condition)),
      remove: (id, condition) => run('remove', () => collection.remove(id, condition)),
      removeWhere: (query, values, limit) => run('removeWhere', () => collection.removeWhere(query, values, limit)),
    };
    return one;
  }

  return {
    store: {
      in(realm) {
        const inner = store.in(realm);
        return {
          id: inner.id,
          hasCheapCommits: inner.hasCheapCommits,
          of: (spec) => counted(inner.of(spec), spec, realm),
          commit: (writes) => count('', realm, 'commit', () => inner.commit(writes)),
          currentVersions: (references) => count('', realm, 'currentVersions', () => inner.currentVersions(references)),
        };
      },
      installation: {
        of: (spec) => counted(store.installation.of(spec), spec, ''),
        commit: (writes) => count('', '', 'commit', () => store.installation.commit(writes)),
      },
      ping: () => count('', '', 'ping', () => store.ping()),
      sweep: (limit, held) => store.sweep(limit, held),
      settle: (signal) => store.settle(signal),
      reseal: (onProgress) => store.reseal(onProgress),
      close: () => store.close(),
    },
    reset() {
      round++;
      calls = [];
      portCalls = hops = ended = 0;
      open = new Set();
    },
    tally: () => ({ portCalls, hops, calls: [...calls] }),
  };
}
