import { now, seconds } from '../../base/clock.js';
import { StoreUnavailable } from '../../base/errors.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { replace } from '../../storage/write.js';
import { afterFailure, type Delivery } from './delivery.js';
import type { OutboxKind, SendOutcome } from './outbox.js';

/** An attempt starts only while the delivery stays taken up for so long; later, another process may send it. */
const TIME_TO_SEND = seconds(20);

/**
 * Sends the deliveries of one lane one after another. When one fails, those behind it wait as long as that one, without an attempt.
 * A delivery is removed after it was taken by its receiver: at least once.
 *
 * @throws whatever `send` threw, after the attempt was counted
 */
export async function sendInTurn(
  realm: Realm,
  kind: OutboxKind,
  waiting: Stored<Delivery>[],
  signal: AbortSignal,
): Promise<void> {
  const collection = realm.of(kind.spec);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { version, ...delivery } = next;
    // What is left when the server stops becomes due again by itself.
    if (signal.aborted || (delivery.dueAt ?? 0) < now() + TIME_TO_SEND) continue;
    const { outcome, error } = await attempt(kind, delivery);
    if (outcome.kind !== 'failed') {
      if (outcome.kind === 'delivered') kind.report(delivery, { kind: 'delivered', attempts: delivery.attempts + 1 });
      await collection.remove(delivery.id);
      continue;
    }
    const failed = afterFailure(delivery, outcome, {
      retries: kind.retries,
      retryUntil: kind.retryUntil(delivery),
      at: now(),
    });
    const givenUp = failed.dueAt === undefined;
    const { attempts } = failed;
    const written = await realm.commit([
      replace(kind.spec, failed, version),
      ...(givenUp ? kind.onGivenUp(failed) : []),
    ]);
    // Refused: another process has taken it up and decides about it.
    if (written.ok) kind.report(failed, { kind: 'failed', attempts, failure: outcome.failure, givenUp });
    for (const { version: read, ...behind } of waiting.splice(0)) {
      await collection.replace({ ...behind, dueAt: failed.dueAt ?? now() }, read);
    }
    if (error) throw error.thrown;
  }
}

async function attempt(
  kind: OutboxKind,
  delivery: Delivery,
): Promise<{ readonly outcome: SendOutcome; readonly error?: { readonly thrown: unknown } }> {
  try {
    return { outcome: await kind.send(delivery) };
  } catch (thrown) {
    if (thrown instanceof StoreUnavailable) throw thrown;
    // Counted, so that a delivery that can never be sent is given up at last.
    return { outcome: { kind: 'failed', failure: 'internal error' }, error: { thrown } };
  }
}
