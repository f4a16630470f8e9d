import { StoreUnavailable } from '../../base/errors.js';

/** Lets so many through at once; the rest wait their turn, but no longer than `patience` milliseconds. */
export function turnstile(most: number, patience: number): <T>(work: () => Promise<T>) => Promise<T> {
  let inside = 0;
  const queue: (() => void)[] = [];

  async function enter(): Promise<void> {
    if (inside < most) {
      inside++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(turn), 1);
        reject(new StoreUnavailable('too many commits wait for it'));
      }, patience);
      queue.push(turn);
    });
  }

  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      // Whoever is next takes this place.
      const next = queue.shift();
      if (next) next();
      else inside--;
    }
  };
}
