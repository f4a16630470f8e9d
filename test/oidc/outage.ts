import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '../../src/base/errors.js';
import type { Engine, Soon } from '../../src/storage/engine.js';

/** A store that is available or not, separately for each process. */
export interface Outage {
  /** The engine of one process. */
  engine(): Engine;
  begin(): void;
  end(): void;
  /** Returns when all delayed writes are done. */
  landed(): Promise<void>;
}

/**
 * During an outage an operation fails before it reaches the store or after it took effect. It may also take effect after its
 * caller received an error, even after the outage. Between outages all operations succeed.
 *
 * @param random from 0 to 1
 */
export function outages(inner: Engine, random: () => number): Outage {
  let isAway = false;
  const landing = new Set<Promise<unknown>>();
  const nowAway = (): boolean => isAway;
  const away = (): StoreUnavailable => new StoreUnavailable('its primary is gone');

  const faulty =
    <A extends readonly unknown[], T>(work: (...given: A) => Soon<T>) =>
    async (...given: A): Promise<T> => {
      await new Promise(setImmediate);
      if (!isAway) {
        const result = await work(...given);
        // The store may fail between doing an operation and acknowledging it.
        await new Promise(setImmediate);
        if (!nowAway() || random() < 0.5) return result;
        throw away();
      }
      const how = random();
      if (how < 0.2) await work(...given);
      else if (how < 0.5) {
        const late = delay(random() * 40).then(() => work(...given));
        landing.add(late);
        void late.catch(() => undefined).finally(() => landing.delete(late));
      }
      throw away();
    };

  return {
    engine: () => ({
      ...inner,
      get: faulty((...given: Parameters<Engine['get']>) => inner.get(...given)),
      write: faulty((...given: Parameters<Engine['write']>) => inner.write(...given)),
      close: () => Promise.resolve(),
    }),
    begin: () => (isAway = true),
    end: () => (isAway = false),
    async landed() {
      while (landing.size > 0) await Promise.allSettled([...landing]);
    },
  };
}
