import type { Instant } from '../../../base/clock.js';
import { spec } from '../../../storage/spec.js';
import type { SyncCounts } from './count-diff.js';
import type { StopReason } from './judge.js';

/**
 * The report of a run: numbers, codes and settings, and nothing of a person but the id of who started it. Runs of the schedule that come to
 * the same end one after another are one report.
 */
export type SyncReport = {
  /** Time-ordered. */
  id: string;
  connector: string;
  mode: SyncMode;
  /** The kind and id of the actor; `system` is the schedule. */
  by: { kind: string; id: string };
  startedAt: Instant;
  endedAt: Instant;
  outcome: SyncOutcome;
  /** Of `partial` and `failed`: the reason code. */
  reason?: string;
  counts: SyncCounts;
  /** Of `stopped`, and of a preview that would stop: the first ones. */
  stops: StopReason[];
  /** How many more there are. */
  moreStops: number;
  /** Of the diff. Absent: there is none. */
  hash?: string;
  /** Until when the hash may be approved. Absent: nobody saw the diff, or it needs no approval. */
  approvableUntil?: Instant;
  /** Of several runs with the same end: when the first one started, and how many they are. */
  repeated?: { since: Instant; times: number };
  /** When the report goes. */
  expiresAt: Instant;
};

/** A preview reads everybody and changes nothing. */
export type SyncMode = 'full' | 'incremental' | 'preview';

/** `nothing`: everything is up to date. `partial`: something was missing, so that nobody's absence was concluded. */
export type SyncOutcome = 'done' | 'nothing' | 'stopped' | 'partial' | 'failed';

export const syncRuns = spec<SyncReport>()({
  name: 'syncRuns',
  scope: 'realm',
  version: 1,
  indexed: { connector: 'string', hash: 'string', endedAt: 'number', approvableUntil: 'number' },
  unique: {},
  queries: {
    newest: { equal: ['connector'], order: 'endedAt', direction: 'descending' },
    oldest: { equal: ['connector'], order: 'endedAt' },
    approvable: { equal: ['connector', 'hash'], order: 'approvableUntil', direction: 'descending' },
  },
});

/** The last run of a connector that was no preview. The id is the connector's. */
export type LastSyncRun = {
  id: string;
  run: string;
  endedAt: Instant;
  outcome: SyncOutcome;
  reason?: string;
};

export const lastSyncRuns = spec<LastSyncRun>()({
  name: 'lastSyncRuns',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});
