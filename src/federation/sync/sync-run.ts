import type { Actor } from '../../changes/actor.js';
import type { UserstoreFault } from '../../identity/userstores/password-connector.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import type { ConnectorView } from '../connectors/connector-service.js';
import type { UpstreamReader } from '../contract/upstream-reader.js';
import type { RuledConnector } from '../provisioning/plan-sign-in.js';
import type { DiffCounts, SyncDiff } from './sync-diff.js';
import type { SyncState } from './sync-state.js';

/** As it was when the run began. */
export type SyncedConnector = RuledConnector & ConnectorView;

/** One run over one connector. */
export interface SyncRun {
  readonly by: Actor;
  readonly connector: SyncedConnector;
  readonly reader: UpstreamReader;
  /** Of the last complete run. Absent: there was none. */
  readonly state: SyncState | undefined;
  /** Reads everybody although the changes since the last run could be read. */
  readonly full?: boolean;
  /** Once it is aborted, the run throws its reason at the next page. */
  readonly signal: AbortSignal;
}

/** Nothing is concluded. `partial`: some was read, and some is missing. */
export type UnfinishedReading = {
  readonly kind: 'partial' | UserstoreFault;
  readonly reason: string;
  readonly base?: string;
};

/** Reads and compares, and writes nothing. @throws the reason of the signal */
export type PlanRun = (
  run: SyncRun,
) => Promise<{ readonly kind: 'planned'; readonly diff: SyncDiff } | UnfinishedReading>;

/**
 * Reads and compares again, and changes those people whose digest is in the diff. Every write expects the lease.
 *
 * @throws the reason of the signal; GatehouseError `lease-lost`
 */
export type ApplySync = (run: SyncRun & { readonly held: Held }, diff: SyncDiff) => Promise<AppliedRun>;

export interface AppliedRun {
  /** `partial` and the faults: the second reading did not finish. What was done before stays. */
  readonly end: { readonly kind: 'applied' } | UnfinishedReading;
  /** What was done. */
  readonly done: DiffCounts;
  /** The first people of whom not all could be changed. */
  readonly collided: readonly Collision[];
  /** People who are others by now than in the diff. Nothing of them changed; the next run takes them up. */
  readonly left: number;
}

export interface Collision {
  readonly subject: string;
  readonly username: string;
  readonly reason: string;
}
