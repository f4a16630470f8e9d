import { StoreUnavailable } from '../../base/errors.js';

/**
 * Limits concurrency; the rest wait their turn, up to `patience` milliseconds. Work that takes longer than `stay` releases its
 * slot, so that none is lost to work that never ends.
 */
export function turnstile(most: number, patience: number, stay: number): <T>(work: () => Promise<T>) => Promise<T> {
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

  function leave(): void {
    // Passes the slot to the next in line.
    const next = queue.shift();
    if (next) next();
    else inside--;
  }

  return async (work) => {
    await enter();
    let isInside = true;
    const leaveOnce = (): void => {
      if (isInside) leave();
      isInside = false;
    };
    const late = setTimeout(leaveOnce, stay).unref();
    try {
      return await work();
    } finally {
      clearTimeout(late);
      leaveOnce();
    }
  };
}
