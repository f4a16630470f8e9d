import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import type { Actor } from '../../changes/actor.js';
import type { AuditEntry } from '../audit-entry.js';

/** An event that is counted with those like it. Nothing personal: no address, agent or name. */
export interface AggregatedEvent extends Pick<
  AuditEntry,
  'kind' | 'subject' | 'outcome' | 'why' | 'clientId' | 'details'
> {
  readonly by: Pick<Actor, 'kind' | 'id' | 'requestId'>;
  /** The facts that distinguish it from those like it. Only the mark of the first and of the last of them is recorded. */
  readonly mark?: JsonObject | undefined;
}

/** Events of one key. */
interface EventCount {
  readonly event: AggregatedEvent;
  count: number;
  firstAt: Instant;
  lastAt: Instant;
  lastMark: JsonObject | undefined;
}

/** At most so many keys and bytes are counted apart; everything else is counted by kind and outcome alone. */
export interface CountLimits {
  readonly keys: number;
  readonly bytes: number;
}

/** Like events, counted in memory. */
export class Counts {
  readonly #limits: CountLimits;
  readonly #counts = new Map<string, EventCount>();
  #bytes = 0;

  constructor(limits: CountLimits) {
    this.#limits = limits;
  }

  /** The number of records that {@link entries} would give. */
  get size(): number {
    return this.#counts.size;
  }

  get isFull(): boolean {
    return this.#counts.size >= this.#limits.keys || this.#bytes >= this.#limits.bytes;
  }

  /** Two events are alike if they differ only in their request, mark and time. */
  add(event: AggregatedEvent, at: Instant): void {
    const key = keyOf(event);
    const known = this.#counts.get(key);
    if (known) addTo(known, event, at);
    else if (!this.isFull) this.#begin(key, event, at);
    else this.#addToOthers(event, at);
  }

  /** One entry for each key. `details` say how many events there were, and when the first and the last of them happened. */
  entries(): readonly AuditEntry[] {
    return [...this.#counts.values()].map(entryOf);
  }

  #begin(key: string, event: AggregatedEvent, at: Instant): void {
    this.#bytes += 2 * (key.length + JSON.stringify(event.mark ?? {}).length);
    this.#counts.set(key, { event, count: 1, firstAt: at, lastAt: at, lastMark: event.mark });
  }

  /** There are a few of these at most: kinds are a closed set. */
  #addToOthers({ kind, outcome, by }: AggregatedEvent, at: Instant): void {
    const system = { kind: 'system', id: 'audit', requestId: by.requestId } as const;
    const others: AggregatedEvent = { kind, outcome, by: system, details: { others: true } };
    const key = keyOf(others);
    const known = this.#counts.get(key);
    if (known) addTo(known, others, at);
    else this.#begin(key, others, at);
  }
}

const keyOf = ({ kind, subject, outcome, why, clientId, details, by }: AggregatedEvent): string =>
  JSON.stringify([kind, outcome, why, clientId, by.kind, by.id, subject?.kind, subject?.id, details]);

function addTo(known: EventCount, { mark }: AggregatedEvent, at: Instant): void {
  known.count += 1;
  // The clock may have been set back.
  known.firstAt = Math.min(known.firstAt, at);
  known.lastAt = Math.max(known.lastAt, at);
  known.lastMark = mark;
}

function entryOf({ event, count, firstAt, lastAt, lastMark }: EventCount): AuditEntry {
  const { mark, details, ...rest } = event;
  return {
    ...rest,
    at: lastAt,
    details: { ...details, count, firstAt, lastAt, ...(mark && { first: mark }), ...(lastMark && { last: lastMark }) },
  };
}
