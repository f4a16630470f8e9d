import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '../../src/base/errors.js';
import type { Engine } from '../../src/storage/engine.js';

/** A store that answers, or does not, for each process that is on it. */
export interface Outage {
  /** As one process sees it. */
  engine(): Engine;
  begin(): void;
  end(): void;
  /** Returns when everything that was to land late has landed. */
  landed(): Promise<void>;
}

/**
 * While it lasts an operation fails before it reaches the store, after it was done there, or is done at some moment after its caller was
 * told that it failed: also after the store is back. Between outages all is well.
 *
 * @param random from 0 to 1
 */
export function outages(inner: Engine, random: () => number): Outage {
  let isAway = false;
  const landing = new Set<Promise<unknown>>();
  const nowAway = (): boolean => isAway;
  const away = (): StoreUnavailable => new StoreUnavailable('its primary is gone');

  const faulty =
    <A extends readonly unknown[], T>(work: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      await new Promise(setImmediate);
      if (!isAway) {
        const result = await work(...given);
        // It may go between what it did and what it says.
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
