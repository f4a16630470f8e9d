import { setTimeout as delay } from 'node:timers/promises';

/** Waits for the work, for so many milliseconds and no longer, whatever becomes of it. False: it had not ended by then. */
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
