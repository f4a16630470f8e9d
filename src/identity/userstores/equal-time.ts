import { setTimeout as delay } from 'node:timers/promises';

/** A refusal that took longer, in milliseconds, is an outage and sets no measure for others. */
const LONGEST = 1000;
/** An exceptionally slow refusal stops being the measure after some hundred others. */
const FORGETS = 0.99;

/**
 * Makes refusals take as long as the slowest recent one. Where several userstores are asked, the time would otherwise tell which of
 * them knows a name.
 *
 * @returns waits for the rest of the time. @param took of this refusal, in milliseconds
 */
export function equalRefusals(): (took: number) => Promise<void> {
  let slowest = 0;
  return async (took) => {
    slowest = Math.max(took > LONGEST ? 0 : took, slowest * FORGETS);
    if (slowest > took) await delay(slowest - took);
  };
}
