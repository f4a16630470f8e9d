import { pages } from '../../base/paging.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { put, remove } from '../../storage/write.js';
import { sessions } from '../session.js';
import { type LeftClient, type Logout, logouts } from './logout.js';
import { logoutDeliveries, newDelivery } from './logout-delivery.js';

/** The number of entries expanded before deliveries get their turn. */
const ENTRIES = 20;
const SESSIONS = 20;
/** Of one commit. */
const WRITES = 60;

/** Whether this client receives back-channel logout. */
type WantsLogouts = (clientId: string) => Promise<boolean>;

/**
 * Creates the deliveries of ended sessions, oldest first; returns how many entries it has finished. If it is interrupted and
 * repeated, it creates the same deliveries, so none is lost.
 */
export async function expandLogouts(realm: Realm, held: Held, wantsLogouts: WantsLogouts): Promise<number> {
  const { rows } = await realm.of(logouts).find('all', {}, { limit: ENTRIES });
  for (const logout of rows) {
    for await (const left of leftBy(realm, logout)) await insertDeliveries(realm, held, logout, left, wantsLogouts);
    await held.commit(realm, [remove(logouts, logout.id)]);
  }
  return rows.length;
}

/** The clients of the ended sessions, in batches of sessions. */
async function* leftBy(realm: Realm, logout: Stored<Logout>): AsyncGenerator<readonly LeftClient[]> {
  if (logout.kind === 'session') {
    yield logout.clients;
    return;
  }
  const { userId, since, until } = logout;
  const signOutEpoch = { ...(since !== undefined && { gte: since }), lt: until };
  const collection = realm.of(sessions);
  const ended = pages((page) => collection.find('byUser', { userId, signOutEpoch }, page), { limit: SESSIONS });
  // A session that ended earlier has an entry of its own.
  for await (const rows of ended) yield rows.flatMap(({ endedAt, clients }) => (endedAt === undefined ? clients : []));
}

async function insertDeliveries(
  realm: Realm,
  held: Held,
  { userId, at }: Logout,
  left: readonly LeftClient[],
  wantsLogouts: WantsLogouts,
): Promise<void> {
  const wanted = await Promise.all(left.map(async (each) => ((await wantsLogouts(each.clientId)) ? [each] : [])));
  const deliveries = wanted.flat().map((each) => put(logoutDeliveries, newDelivery(each, userId, at)));
  for (let from = 0; from < deliveries.length; from += WRITES) {
    await held.commit(realm, deliveries.slice(from, from + WRITES));
  }
}
