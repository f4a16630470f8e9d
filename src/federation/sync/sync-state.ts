import type { Instant } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';

/** Where the next synchronization of a connector begins. The id is the connector's. */
export type SyncState = {
  id: string;
  /** The settings by which the last complete run found people: see `UpstreamReader.scope`. */
  scope: string;
  /** Where the next reading of changes begins. Absent: everything has to be read. */
  mark?: string;
  /** The start of the last run over everybody. */
  fullAt: Instant;
};

export const syncStates = spec<SyncState>()({
  name: 'syncStates',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});
