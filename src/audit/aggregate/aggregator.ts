import { type Instant, minutes, now, seconds } from '../../base/clock.js';
import type { Realm } from '../../storage/store.js';
import type { AuditEntry } from '../audit-entry.js';
import type { AuditRecord } from '../audit-record.js';
import type { AuditTrail } from '../audit-trail.js';
import { insertRecord } from '../pending-mark.js';
import { type AggregatedEvent, type CountLimits, Counts } from './counts.js';

/**
 * Turns many like events of one realm into one record a minute, in the memory of this process.
 *
 * Counts are written a minute after the first event, earlier if there are many, and when the process stops. While the
 * store is away, counting goes on, and the records cover more than a minute. A process that is killed loses what it counted since
 * the last writing: a minute at most, while the store is there. A record is written once, even if an earlier attempt was not answered.
 */
export interface AuditAggregator {
  /** Counts an event. No store call; never throws. */
  count(event: AggregatedEvent): void;
  /**
   * Records a failure by itself, like `AuditTrail.record`, up to 20 times a minute for one (kind, why, client). Later ones of that
   * minute are counted, without actor, subject and details, and this costs no store call. Failures with ever new clients are recorded by
   * themselves up to 1000 times a minute in all.
   * @throws StoreUnavailable
   */
  recordFailure(entry: AuditEntry): Promise<void>;
  /** Writes everything counted so far, and keeps the rest if it can't. @throws StoreUnavailable */
  flush(): Promise<void>;
  /** Writes everything counted so far, and starts no timer any more. Reports an error and never throws. */
  close(): Promise<void>;
}

export interface AggregatorParts {
  readonly realm: Realm;
  readonly trail: Pick<AuditTrail, 'record' | 'seal'>;
  /** Receives the error of a writing that no caller waits for. */
  readonly report: (error: unknown) => void;
  readonly limits?: CountLimits;
}

const PERIOD = minutes(1);
/** How often the timer looks at the clock while something is counted. */
const LOOK_EVERY = seconds(1);
/** After a failure, so that the log is not flooded. */
const LOOK_AFTER_FAILURE = seconds(10);
/** So many different keys are written without waiting for the minute to end. */
const MANY = 2000;
const LIMITS: CountLimits = { keys: 10_000, bytes: 8 * 1024 * 1024 };
const MOST_SINGLE = 20;
const MOST_SINGLE_IN_ALL = 1000;
/** Records that are sealed and sent to the store in one tick. */
const BATCH = 200;

/** Counts of one period. */
interface Period {
  readonly since: Instant;
  readonly counts: Counts;
  /** How many failures were recorded by themselves, by (kind, why, client). */
  readonly singles: Map<string, number>;
  single: number;
}

export function auditAggregator({ realm, trail, report, limits = LIMITS }: AggregatorParts): AuditAggregator {
  let period = newPeriod();
  /** Left by a writing that failed. */
  let unwritten: readonly AuditEntry[] = [];
  /** Sealed, so that a second attempt finds those that were written. */
  let sealed: readonly AuditRecord[] = [];
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function newPeriod(): Period {
    return { since: now(), counts: new Counts(limits), singles: new Map(), single: 0 };
  }

  /** The period at hand; a new one if the last one is over and holds nothing to be written. */
  function current(): Period {
    if (period.counts.size === 0 && isOver(period)) period = newPeriod();
    return period;
  }

  function count(event: AggregatedEvent): void {
    const { counts } = current();
    counts.add(event, now());
    if (!isClosed) timer ??= look(LOOK_EVERY);
  }

  const look = (wait: number): NodeJS.Timeout => setTimeout(() => void flushIfDue(), wait).unref();

  async function flushIfDue(): Promise<void> {
    let wait = LOOK_EVERY;
    try {
      if (hasRest() || isOver(period) || period.counts.size >= MANY || period.counts.isFull) await flush();
    } catch (error) {
      report(error);
      wait = LOOK_AFTER_FAILURE;
    }
    timer = !isClosed && (period.counts.size > 0 || hasRest()) ? look(wait) : undefined;
  }

  const hasRest = (): boolean => unwritten.length > 0 || sealed.length > 0;

  /** Everything that was counted before the call is written when it returns. */
  async function flush(): Promise<void> {
    while (writing) await writing;
    writing = write().finally(() => {
      writing = undefined;
    });
    await writing;
  }

  async function write(): Promise<void> {
    // First the rest of a failed attempt. Meanwhile the period at hand grows, and stays within its limits.
    await writeRest();
    if (period.counts.size === 0) return;
    unwritten = period.counts.entries();
    period = newPeriod();
    await writeRest();
  }

  async function writeRest(): Promise<void> {
    while (hasRest()) {
      if (sealed.length === 0) {
        sealed = await trail.seal(unwritten.slice(0, BATCH));
        unwritten = unwritten.slice(BATCH);
      }
      // Refused: an attempt that was not answered has written it. Its id is random.
      const written = await Promise.allSettled(sealed.map((record) => insertRecord(realm, record)));
      sealed = sealed.filter((_, i) => written[i]?.status === 'rejected');
      for (const one of written) if (one.status === 'rejected') throw one.reason;
    }
  }

  return {
    count,
    async recordFailure(entry) {
      const { singles, ...at } = current();
      const { kind, why, clientId } = entry;
      const key = JSON.stringify([kind, why, clientId]);
      const single = singles.get(key) ?? 0;
      if (single < MOST_SINGLE && at.single < MOST_SINGLE_IN_ALL) {
        singles.set(key, single + 1);
        period.single += 1;
        await trail.record(entry);
        return;
      }
      const by = { kind: 'system', id: 'audit', requestId: entry.by.requestId } as const;
      count({ kind, why, clientId, outcome: 'failure', by });
    },
    flush,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await flush().catch(report);
    },
  };
}

/** Also if the clock was set back. */
const isOver = ({ since }: Period): boolean => now() - since >= PERIOD || now() < since;
