import { setTimeout as delay } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { StoreUnavailable } from '../../../base/errors.js';
import { isUnauthorized } from './unavailable.js';

/**
 * Ensures that reads return the latest acknowledged write, whichever member of the replica set is primary.
 *
 * Just after an election, the new primary's view of what a majority has may lag. A primary that was suspended or partitioned
 * keeps answering with earlier state until it learns of another one. So after each change of primary, and after each silence of
 * it, a write must be acknowledged by a majority before any read counts. All waiting operations share that write. Otherwise
 * this costs nothing.
 */
export interface PrimaryWatch {
  /**
   * Reads, and repeats the read if the primary changed or was silent meanwhile; it does not wait for a primary that stopped.
   * @throws StoreUnavailable if no primary acknowledged a write within the time limit
   */
  read<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The same for a write that was refused, since outdated state may be the reason. Acknowledged writes count. @throws as `read`
   */
  write<T>(work: () => Promise<T>, isAcknowledged: (result: T) => boolean): Promise<T>;
  close(): void;
}

/** The interval at which this process counts a moment without news of the primary, in milliseconds. */
const MOMENT = 250;
/**
 * This many such moments are a silence. It is far less than the others need to elect another primary (`electionTimeoutMillis`,
 * 10 s by default), and longer than the heartbeat interval. Counted instead of timed, so that a pause of this process is no
 * silence of the primary.
 */
const SILENT = 4;

/** The delay between attempts at the confirming write, in milliseconds. */
const BETWEEN = 50;

export function primaryWatch(
  client: mongo.MongoClient,
  patience: number,
  /** Resolves when a majority has written it. */
  writeOnMajority: () => Promise<unknown>,
): PrimaryWatch {
  /** Incremented with each reason to doubt earlier reads. */
  let view = 0;
  let confirmed = -1;
  let quiet = 0;
  let primary: Primary | undefined;
  // Behind a mongos the answering member is unknown.
  let isHidden = false;
  let confirming: Promise<void> | undefined;
  const doubting = new Set<() => void>();

  function doubt(): void {
    view++;
    for (const again of doubting) again();
    doubting.clear();
  }
  function see(description: mongo.TopologyDescription): void {
    isHidden = description.type === 'Sharded' || description.type === 'LoadBalanced';
    const found = primaryOf(description);
    if (found?.term === primary?.term) return;
    primary = found;
    quiet = 0;
    doubt();
  }
  const onTopology = (changed: mongo.TopologyDescriptionChangedEvent): void => see(changed.newDescription);
  const onHeartbeat = ({ connectionId }: mongo.ServerHeartbeatSucceededEvent): void => {
    if (connectionId === primary?.address) quiet = 0;
  };
  client.on('topologyDescriptionChanged', onTopology).on('serverHeartbeatSucceeded', onHeartbeat);
  // The first primary was found before anybody watched, so it is in doubt like any other.
  const known = (client as unknown as { topology?: { description: mongo.TopologyDescription } }).topology?.description;
  if (known) see(known);
  const moments = setInterval(() => {
    if (++quiet === SILENT) doubt();
  }, MOMENT).unref();

  /** Undefined if there was reason for doubt before it ended. Abandoned work does no harm. */
  function unlessDoubted<T>(work: () => Promise<T>): Promise<{ readonly result: T } | undefined> {
    return new Promise((resolve, reject) => {
      const again = (): void => resolve(undefined);
      doubting.add(again);
      work()
        .then((result) => resolve({ result }), reject)
        .finally(() => doubting.delete(again));
    });
  }

  async function confirm(): Promise<void> {
    const giveUp = performance.now() + patience;
    while (confirmed !== view) {
      const began = view;
      try {
        const written = await unlessDoubted(writeOnMajority);
        if (!written || began !== view) continue;
      } catch (error) {
        // A user with read access only is of no use.
        if (!isUnauthorized(error)) {
          if (performance.now() > giveUp) throw error;
          await delay(BETWEEN);
          continue;
        }
      }
      confirmed = began;
      quiet = 0;
    }
  }

  async function certain<T>(work: () => Promise<{ readonly result: T } | undefined>, isFinal: (result: T) => boolean) {
    const giveUp = performance.now() + patience;
    for (;;) {
      while (confirmed !== view && !isHidden) {
        confirming ??= confirm().finally(() => (confirming = undefined));
        await confirming;
        if (confirmed !== view && performance.now() > giveUp) throw notConfirmed();
      }
      const began = view;
      const done = await work();
      if (done && (began === view || isHidden || isFinal(done.result))) return done.result;
      if (performance.now() > giveUp) throw notConfirmed();
    }
  }

  return {
    read: (work) =>
      certain(
        () => unlessDoubted(work),
        () => false,
      ),
    write: (work, isAcknowledged) => certain(async () => ({ result: await work() }), isAcknowledged),
    close() {
      clearInterval(moments);
      client.off('topologyDescriptionChanged', onTopology).off('serverHeartbeatSucceeded', onHeartbeat);
    },
  };
}

interface Primary {
  readonly address: string;
  /** Changes with each election, or with each address if elections are not reported. */
  readonly term: string;
}

function primaryOf({ servers }: mongo.TopologyDescription): Primary | undefined {
  for (const { address, type, electionId, setVersion } of servers.values()) {
    if (type === 'RSPrimary') return { address, term: `${address} ${String(electionId)} ${String(setVersion)}` };
  }
  return undefined;
}

const notConfirmed = (): StoreUnavailable =>
  new StoreUnavailable('its primary changed, and no write to a majority of its members has been acknowledged since');
