import { seconds } from '../../base/clock.js';
import { StoreUnavailable } from '../../base/errors.js';
import { deadlines } from './deadlines.js';
import { inStoreTime } from './store-time.js';
import type { Engine, Soon } from '../engine.js';

/** Concurrent operations: they and their requests hold tens of megabytes in memory. */
const MOST = 4096;
/** Added to the engine's own time limit, so that the engine, which knows the reason, reports first. */
const GRACE = seconds(1);

/**
 * The engine with a bound on what a slow or silent store may cost. The number of concurrent operations is limited. Each ends
 * within the engine's time limit plus a second, or within the time left for the current request (`withStoreTime`). Beyond
 * either limit it throws StoreUnavailable.
 *
 * An operation that was given up still counts until the engine has finished it, so that everything below is bounded too.
 * Maintenance (`prepare`, `sweep` and similar) has no time limit and does not count.
 */
export function boundedEngine(engine: Engine, most = MOST): Engine {
  const { bounded, boundedRead } = bounds(most, engine.patience + GRACE);
  return {
    ...engine,
    get: (...given) => boundedRead(() => engine.get(...given)),
    currentVersions: (...given) => boundedRead(() => engine.currentVersions(...given)),
    getMany: (...given) => boundedRead(() => engine.getMany(...given)),
    findOne: (...given) => boundedRead(() => engine.findOne(...given)),
    getIfChanged: (...given) => boundedRead(() => engine.getIfChanged(...given)),
    findOneIfChanged: (...given) => boundedRead(() => engine.findOneIfChanged(...given)),
    find: (...given) => boundedRead(() => engine.find(...given)),
    count: (...given) => bounded(() => engine.count(...given)),
    write: (...given) => bounded(() => engine.write(...given)),
    increment: (...given) => bounded(() => engine.increment(...given)),
    take: (...given) => bounded(() => engine.take(...given)),
    removeWhere: (...given) => bounded(() => engine.removeWhere(...given)),
    ping: () => bounded(() => engine.ping()),
  };
}

interface Bounds {
  <T>(work: () => Promise<T>): Promise<T>;
}

/** A result that is there at once has no wait to limit, so it costs neither a promise nor a timer. */
interface ReadBounds {
  <T>(read: () => Soon<T>): Soon<T>;
}

function bounds(most: number, patience: number): { readonly bounded: Bounds; readonly boundedRead: ReadBounds } {
  let underWay = 0;
  const answered = deadlines(
    patience,
    () => new StoreUnavailable(`it has not answered within ${patience / 1000} seconds`),
  );

  async function counted<T>(work: Promise<T>): Promise<T> {
    underWay++;
    try {
      return await work;
    } finally {
      underWay--;
    }
  }
  const boundedRead: ReadBounds = (read) => {
    if (underWay >= most) return Promise.reject(new StoreUnavailable(`${most} operations wait for it already`));
    const found = read();
    return found instanceof Promise ? inStoreTime(() => answered(counted(found))) : found;
  };
  return { bounded: async (work) => boundedRead(work), boundedRead };
}
