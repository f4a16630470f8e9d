import { StoreUnavailable } from '../../base/errors.js';

/** Runs what waits for the store. @throws StoreUnavailable past the time; whatever is under way then may still be written */
export interface StoreTime {
  <T>(work: () => Promise<T>): Promise<T>;
  /** What is left of it, in milliseconds. */
  left(): number;
}

/**
 * So much time, in milliseconds, for all that one request waits for the store: one thing after another, at once, or one within another.
 * Only waiting counts, so a client that sends its body slowly has as much as any other.
 */
export function storeTime(most: number): StoreTime {
  let waiting = 0;
  let since = 0;
  let spent = 0;
  const left = (): number => most - spent - (waiting > 0 ? performance.now() - since : 0);

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (waiting === 0) since = performance.now();
    waiting++;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      // After a pause of the whole process, answers that lie ready are taken before anybody is given up.
      const giveUp = (): void => void setImmediate(() => reject(new StoreUnavailable('it takes too long')));
      timer = setTimeout(giveUp, Math.max(left(), 0)).unref();
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      clearTimeout(timer);
      waiting--;
      if (waiting === 0) spent += performance.now() - since;
    }
  }
  return Object.assign(run, { left });
}
