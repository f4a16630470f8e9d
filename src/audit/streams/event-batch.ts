import type { JsonObject } from '../../base/json.js';
import type { RealmId } from '../../storage/store.js';
import type { ChainPart } from './read-chain.js';
import { streamEvent } from './stream-event.js';

/** The events of the beginning of a part of the chain. */
export interface EventBatch {
  readonly events: readonly JsonObject[];
  /** The link up to which they go. */
  readonly until: number;
}

/** As many events as have this many bytes as JSON, but at least one. Pure. */
export function eventsUpTo(
  mostBytes: number,
  realm: RealmId,
  { records, until }: ChainPart,
  how: { readonly withPersonal: boolean },
): EventBatch {
  const events: JsonObject[] = [];
  let bytes = 0;
  let reached = 0;
  for (const record of records) {
    const event = streamEvent(realm, record, how);
    bytes += Buffer.byteLength(JSON.stringify(event));
    if (bytes > mostBytes && events.length > 0) return { events, until: reached };
    events.push(event);
    reached = record.link.sequence;
  }
  return { events, until };
}
