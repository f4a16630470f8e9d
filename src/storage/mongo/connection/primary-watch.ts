import { setTimeout as delay } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { StoreUnavailable } from '../../../base/errors.js';
import { isUnauthorized } from './unavailable.js';

/**
 * Makes sure that what is read is what was last written, whichever member of the replica set is primary.
 *
 * Just after an election, what a majority is known to have may lag on the new primary; and a primary that was stopped or cut off
 * goes on answering from before, until it learns that there is another. So after each change of primary, and after each silence
 * of it, a write to a majority has to be acknowledged before anything read counts. That one write is shared by all who wait for
 * it. While nothing changes it costs nothing.
 */
export interface PrimaryWatch {
  /**
   * Reads, and reads again where the primary changed or was silent meanwhile; it does not wait for a primary that stopped.
   * @throws StoreUnavailable when within the patience no primary acknowledged a write
   */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** The same for a write that was refused, which may have been refused by what is past. Acknowledged writes count. @throws as `read` */
  write<T>(work: () => Promise<T>, isAcknowledged: (result: T) => boolean): Promise<T>;
  close(): void;
}

/** How often this process counts another moment in which it did not hear of the primary, in milliseconds. */
const MOMENT = 250;
/**
 * So many such moments are a silence. Far less than it takes the others to elect another primary (`electionTimeoutMillis`, 10 s by
 * default), and more than passes between two heartbeats. Counted, not timed: a pause of this process is no silence of the primary.
 */
const SILENT = 4;

/** From one failed attempt at the confirming write to the next, in milliseconds. */
const BETWEEN = 50;

export function primaryWatch(
  client: mongo.MongoClient,
  patience: number,
  /** Resolves when a majority has written it. */
  writeOnMajority: () => Promise<unknown>,
): PrimaryWatch {
  /** Raised with each reason to doubt what was read before it. */
  let view = 0;
  let confirmed = -1;
  let quiet = 0;
  let primary: Primary | undefined;
  // Behind a mongos nobody sees which member answers.
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
  // The first primary was found before anybody watched: it is in doubt like any other.
  const known = (client as unknown as { topology?: { description: mongo.TopologyDescription } }).topology?.description;
  if (known) see(known);
  const moments = setInterval(() => {
    if (++quiet === SILENT) doubt();
  }, MOMENT).unref();

  /** Undefined: there was reason to doubt it before it ended. Work that continues unheard does no harm. */
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
        // A user who may only read is of no use.
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
        if (performance.now() > giveUp) throw notConfirmed();
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
  /** Another one for each election, and where the election is not told for each address. */
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
