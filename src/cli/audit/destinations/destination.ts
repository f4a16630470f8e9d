import type { JsonObject } from '../../../base/json.js';

/** Events in the order of the chain, from the link after `after` up to the link `until`. */
export interface SentBatch {
  readonly events: readonly JsonObject[];
  readonly after: number;
  readonly until: number;
}

/** A receiver of audit records. */
export interface Destination {
  /** For messages. */
  readonly name: string;
  /** Resolves when the receiver has all of them. @throws DestinationUnavailable */
  send(batch: SentBatch): Promise<void>;
}

/** The receiver did not take a batch. It may have got some of it. */
export class DestinationUnavailable extends Error {
  override readonly name = 'DestinationUnavailable';
}
