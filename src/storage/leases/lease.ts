import { type Instant, now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { AnyCondition } from '../condition.js';
import type { Held } from './lease-holder.js';
import { spec, type Stored } from '../spec.js';
import type { Collection, InstallationStore } from '../store.js';
import { COMMIT_LIMIT, require } from '../write.js';
import { commitsTogether } from './commits-together.js';

/**
 * Work that only one process at a time may do, on a shared store. The id is the work's name.
 *
 * `fence` increases with each holder. Every write of a holder expects its number. A holder that was paused past its lease,
 * while another took over, therefore writes nothing more.
 */
export interface Lease {
  id: string;
  fence: number;
  /** In milliseconds, from one renewal to its end. */
  life: number;
  until: Instant;
}

export const leases = spec<Lease>()({
  name: 'leases',
  scope: 'installation',
  version: 1,
  transient: true,
  indexed: {},
  unique: {},
  queries: {},
});

export type Leased<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/**
 * Does the work while no other process does, renewing the lease meanwhile; not `ok` if another process holds it.
 *
 * @param life how long after the holder's last renewal another process may take over, in milliseconds
 * @throws StoreUnavailable, and whatever the work throws
 */
export async function underLease<T>(
  installation: Pick<InstallationStore, 'of'>,
  name: string,
  life: number,
  work: (held: Held) => Promise<T>,
): Promise<Leased<T>> {
  const collection = installation.of(leases);
  const taken = await take(collection, name, life);
  if (!taken) return { ok: false };
  let lease = taken;
  let renewing: Promise<unknown> = Promise.resolve();
  const moveEnd = async (until: Instant): Promise<void> => {
    const moved = await collection.replace({ ...lease, until }, lease.version);
    // Refused, but possibly ours: the write may have succeeded although its answer was lost.
    const found = moved.ok ? moved.value : await collection.get(name);
    if (found?.fence === lease.fence) lease = found;
  };
  // If it can't be renewed, the work's own writes will be refused.
  const renewal = setInterval(() => {
    renewing = moveEnd(now() + life).catch(() => undefined);
  }, life / 3).unref();
  try {
    return { ok: true, value: await work(held(taken)) };
  } finally {
    clearInterval(renewal);
    await renewing;
    // Released at once; it would also expire by itself.
    await moveEnd(now()).catch(() => undefined);
  }
}

function held({ id, fence }: Lease): Held {
  const condition = (): AnyCondition => ({ fence: { is: fence }, until: { gt: now() } });
  const commit = commitsTogether(COMMIT_LIMIT, () => require(leases, id, condition()));
  return {
    fence: () => ({ id, condition: condition() }),
    async commit(on, writes) {
      const outcome = await commit(on, writes);
      if (!outcome.ok && outcome.write === 0) throw leaseLost(id);
      return outcome.ok ? outcome : { ...outcome, write: outcome.write - 1 };
    },
  };
}

export const leaseLost = (name: string): GatehouseError =>
  new GatehouseError(
    'lease-lost',
    `The lease of ${name} ended while its holder was at work; another may go on with it.`,
  );

/** Undefined if another process holds it or was faster. */
async function take(kept: Collection<typeof leases>, name: string, life: number): Promise<Stored<Lease> | undefined> {
  const before = await kept.get(name);
  if (before && isHeld(before)) return undefined;
  const lease = { id: name, fence: (before?.fence ?? 0) + 1, life, until: now() + life };
  const taken = before ? await kept.replace(lease, before.version) : await kept.insert(lease);
  return taken.ok ? taken.value : undefined;
}

/** An end further away than any renewal sets was written by a wrong clock, and would block the work for that long. */
const isHeld = ({ until, life }: Lease): boolean => until > now() && until <= now() + 2 * life;
