import { setTimeout as delay } from 'node:timers/promises';

/** Waits for the work at most this many milliseconds, whatever its result. False: it has not ended yet. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<boolean> {
  const ended = new AbortController();
  const { signal } = ended;
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, delay(ms, false, { signal })]);
  } finally {
    ended.abort();
  }
}
