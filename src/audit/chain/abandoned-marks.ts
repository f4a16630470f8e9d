import { type Instant, minutes, now } from '../../base/clock.js';

/** How long a mark without a record is left alone. Both are one message to the store, which ends much earlier. */
const WAIT = minutes(2);
const MOST_REMEMBERED = 1000;

/**
 * Says whether a mark has been without a record for so long that none will come: the store has refused it, or somebody removed it. For one
 * process, which remembers what it saw.
 */
export function abandonedMarks(): (markId: string) => boolean {
  const seen = new Map<string, Instant>();
  return (markId) => {
    const since = seen.get(markId);
    if (since !== undefined && since + WAIT <= now()) return seen.delete(markId);
    if (since === undefined && seen.size < MOST_REMEMBERED) seen.set(markId, now());
    return false;
  };
}
