import { type Instant, now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import type { Held } from './lease-holder.js';
import { spec, type Stored } from '../spec.js';
import type { Collection, InstallationStore } from '../store.js';
import { require } from '../write.js';

/**
 * Work that one process at a time may do, on a store that many share. The id is the work's name.
 *
 * `fence` rises with each holder and never falls: what a holder writes expects it, so one that was paused past its lease, while
 * another took the work up, writes nothing more.
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
 * Does the work while nobody else does, renewing the lease meanwhile; not `ok`: somebody else holds it.
 *
 * @param life how long after the last sign of life of its holder the work may be taken up by another, in milliseconds
 * @throws StoreUnavailable, and whatever the work throws
 */
export async function underLease<T>(
  installation: Pick<InstallationStore, 'of'>,
  name: string,
  life: number,
  work: (held: Held) => Promise<T>,
): Promise<Leased<T>> {
  const kept = installation.of(leases);
  const taken = await take(kept, name, life);
  if (!taken) return { ok: false };
  let lease = taken;
  let renewing: Promise<unknown> = Promise.resolve();
  const moveEnd = async (until: Instant): Promise<void> => {
    const moved = await kept.replace({ ...lease, until }, lease.version);
    // Refused, it may be ours all the same: one that was written though its answer was lost.
    const found = moved.ok ? moved.value : await kept.get(name);
    if (found?.fence === lease.fence) lease = found;
  };
  // Where it can't be renewed, the work's own writes learn of it.
  const renewal = setInterval(() => {
    renewing = moveEnd(now() + life).catch(() => undefined);
  }, life / 3).unref();
  try {
    return { ok: true, value: await work(held(taken)) };
  } finally {
    clearInterval(renewal);
    await renewing;
    // Free for the next one at once; it would end by itself too.
    await moveEnd(now()).catch(() => undefined);
  }
}

function held({ id, fence }: Lease): Held {
  const held: Held = {
    fence: () => ({ id, condition: { fence: { is: fence }, until: { gt: now() } } }),
    async commit(on, writes) {
      const { condition } = held.fence();
      const outcome = await on.commit([require(leases, id, condition), ...writes]);
      if (outcome.ok) return outcome;
      if (outcome.write === 0) throw leaseLost(id);
      return { ...outcome, write: outcome.write - 1 };
    },
  };
  return held;
}

export const leaseLost = (name: string): GatehouseError =>
  new GatehouseError(
    'lease-lost',
    `The lease of ${name} ended while its holder was at work; another may go on with it.`,
  );

/** Undefined: somebody else holds it, or was faster. */
async function take(kept: Collection<typeof leases>, name: string, life: number): Promise<Stored<Lease> | undefined> {
  const before = await kept.get(name);
  if (before && isHeld(before)) return undefined;
  const lease = { id: name, fence: (before?.fence ?? 0) + 1, life, until: now() + life };
  const taken = before ? await kept.replace(lease, before.version) : await kept.insert(lease);
  return taken.ok ? taken.value : undefined;
}

/** An end further off than any renewal puts it was set by a clock that went wrong, and would shut the work off for as long. */
const isHeld = ({ until, life }: Lease): boolean => until > now() && until <= now() + 2 * life;
