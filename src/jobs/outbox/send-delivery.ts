import { type Instant, now, seconds } from '../../base/clock.js';
import { StoreUnavailable } from '../../base/errors.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { replace } from '../../storage/write.js';
import { afterFailure, type Delivery } from './delivery.js';
import type { OutboxKind, SendOutcome } from './outbox.js';

/** An attempt starts only if the delivery stays claimed for this long; later, another process may send it. */
const TIME_TO_SEND = seconds(20);

/**
 * Sends one delivery. If it fails, those behind it in its lane wait as long, without an attempt. A delivery is removed after
 * its receiver has accepted it: at least once.
 *
 * @throws whatever `send` threw, after the attempt was counted
 */
export async function sendDelivery(
  realm: Realm,
  kind: OutboxKind,
  { version, ...delivery }: Stored<Delivery>,
  behind: Stored<Delivery>[],
): Promise<void> {
  // The claim is about to expire; the delivery becomes due again by itself.
  if ((delivery.dueAt ?? 0) < now() + TIME_TO_SEND) return;
  const { outcome, error } = await attempt(kind, delivery);
  if (outcome.kind !== 'failed') {
    if (outcome.kind === 'delivered') kind.report(delivery, { kind: 'delivered', attempts: delivery.attempts + 1 });
    await realm.of(kind.spec).remove(delivery.id);
    return;
  }
  const times = { retries: kind.retries, retryUntil: kind.retryUntil(delivery), at: now() };
  const failed = afterFailure(delivery, outcome, times);
  const { attempts, dueAt } = failed;
  const givenUp = dueAt === undefined;
  const written = await realm.commit([
    replace(kind.spec, failed, version),
    ...(givenUp ? await kind.onGivenUp(failed) : []),
  ]);
  // Refused: another process has claimed it and decides about it.
  if (written.ok) kind.report(failed, { kind: 'failed', attempts, failure: outcome.failure, givenUp });
  await postpone(realm, kind, behind.splice(0), dueAt ?? now());
  if (error) throw error.thrown;
}

async function postpone(
  realm: Realm,
  { spec }: OutboxKind,
  deliveries: readonly Stored<Delivery>[],
  dueAt: Instant,
): Promise<void> {
  for (const { version, ...delivery } of deliveries) await realm.of(spec).replace({ ...delivery, dueAt }, version);
}

async function attempt(
  kind: OutboxKind,
  delivery: Delivery,
): Promise<{ readonly outcome: SendOutcome; readonly error?: { readonly thrown: unknown } }> {
  try {
    return { outcome: await kind.send(delivery) };
  } catch (thrown) {
    if (thrown instanceof StoreUnavailable) throw thrown;
    // Counted, so that a delivery that can never be sent is eventually given up.
    return { outcome: { kind: 'failed', failure: 'internal error' }, error: { thrown } };
  }
}
