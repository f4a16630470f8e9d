import { setTimeout as delay } from 'node:timers/promises';
import { now, seconds } from '../../base/clock.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import type { Job } from '../job.js';
import type { Delivery } from './delivery.js';
import { Lanes } from './lanes.js';
import type { OutboxKind } from './outbox.js';
import { sendDelivery } from './send-delivery.js';
import { takeUpDue } from './take-up.js';

/** The maximum number of receivers in parallel. */
const MOST_LANES = 64;
/** The maximum number of deliveries waiting in one lane. */
const LANE_LENGTH = 100;
const LOOK_AGAIN = 250;

/** The background job of one kind of delivery: sends within a second or two if receivers respond. */
export const outboxJob = (realm: Realm, kind: OutboxKind): Job => ({
  name: kind.name,
  every: seconds(1),
  async isNeeded() {
    const [more, due] = await Promise.all([
      kind.source?.hasMore() ?? false,
      realm.of(kind.spec).count('due', { dueAt: { lte: now() } }, 1),
    ]);
    return more || due > 0;
  },
  run: (held, signal) => deliverAll(realm, kind, held, signal),
});

/**
 * Sends until nothing is due and nothing is in progress. Every write is a compare-and-set, and each delivery is claimed before
 * it is sent, so two processes running by accident do no harm.
 */
async function deliverAll(realm: Realm, kind: OutboxKind, held: Held, signal: AbortSignal): Promise<void> {
  const lanes = new Lanes<Stored<Delivery>>(async (delivery, behind) => {
    // Deliveries that are left when the server stops become due again.
    if (!signal.aborted) await sendDelivery(realm, kind, delivery, behind);
  });
  try {
    while (!signal.aborted) {
      // What a lane has just done may have more behind it.
      const wasIdle = lanes.size === 0;
      const expanded = (await kind.source?.expand(held)) ?? 0;
      const hasRoom = (delivery: Delivery): boolean => lanes.waitingIn(kind.laneOf(delivery)) < LANE_LENGTH;
      const taken = lanes.size < MOST_LANES ? await takeUpDue(realm, kind, hasRoom) : undefined;
      for (const delivery of taken?.deliveries ?? []) lanes.add(kind.laneOf(delivery), delivery);
      if (taken?.found || expanded > 0) continue;
      if (wasIdle) return;
      if (lanes.size === 0) continue;
      await Promise.race([lanes.next(), delay(LOOK_AGAIN)]);
    }
  } finally {
    await lanes.end();
  }
}
