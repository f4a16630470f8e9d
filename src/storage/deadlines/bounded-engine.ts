import { seconds } from '../../base/clock.js';
import { StoreUnavailable } from '../../base/errors.js';
import { deadlines } from './deadlines.js';
import { inStoreTime } from './store-time.js';
import type { Engine } from '../engine.js';

/** Operations under way at once: what they and their requests hold in memory is tens of megabytes. */
const MOST = 4096;
/** Beyond the engine's own patience, so that the engine, which knows why, speaks first. */
const GRACE = seconds(1);

/**
 * The engine, with an end to what a slow or silent store may cost: so many operations at once, and each is answered within
 * the engine's patience and a second more, or within what the request at hand has left (`withStoreTime`). Past any of them it throws
 * StoreUnavailable.
 *
 * An operation that was answered for the store still counts until the engine has done with it: only so is what waits below
 * bounded too. Housekeeping (`prepare`, `sweep` and the like) takes as long as it takes and waits for nobody.
 */
export function boundedEngine(engine: Engine, most = MOST): Engine {
  const bounded = bounds(most, engine.patience + GRACE);
  return {
    ...engine,
    get: (...given) => bounded(() => engine.get(...given)),
    getMany: (...given) => bounded(() => engine.getMany(...given)),
    findOne: (...given) => bounded(() => engine.findOne(...given)),
    find: (...given) => bounded(() => engine.find(...given)),
    count: (...given) => bounded(() => engine.count(...given)),
    write: (...given) => bounded(() => engine.write(...given)),
    increment: (...given) => bounded(() => engine.increment(...given)),
    take: (...given) => bounded(() => engine.take(...given)),
    removeWhere: (...given) => bounded(() => engine.removeWhere(...given)),
    ping: () => bounded(() => engine.ping()),
  };
}

function bounds(most: number, patience: number): <T>(work: () => Promise<T>) => Promise<T> {
  let underWay = 0;
  const answered = deadlines(
    patience,
    () => new StoreUnavailable(`it has not answered within ${patience / 1000} seconds`),
  );

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    underWay++;
    try {
      return await work();
    } finally {
      underWay--;
    }
  }

  return (work) => {
    if (underWay >= most) return Promise.reject(new StoreUnavailable(`${most} operations wait for it already`));
    return inStoreTime(() => answered(counted(work)));
  };
}
