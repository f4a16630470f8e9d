import { minutes, now, seconds } from '../../base/clock.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { replace } from '../../storage/write.js';
import type { Delivery } from './delivery.js';
import type { OutboxKind } from './outbox.js';

/** All are claimed in one commit. */
const PAGE = 50;
/** A delivery claimed by a process that then died is due again after this time. */
const TAKEN_FOR = minutes(2);
/** A delivery without room in its lane is checked again after this time. */
const POSTPONED_FOR = seconds(1);

export interface TakenUp {
  /** Whether any delivery was due, ours or not. */
  readonly found: boolean;
  readonly deliveries: readonly Stored<Delivery>[];
}

/**
 * Claims some due deliveries: moves their due time by compare-and-set, so that no other process sends them now. A delivery
 * without room in its lane is postponed.
 */
export async function takeUpDue(
  realm: Realm,
  { spec }: OutboxKind,
  hasRoom: (delivery: Delivery) => boolean,
): Promise<TakenUp> {
  const at = now();
  const { rows } = await realm.of(spec).find('due', { dueAt: { lte: at } }, { limit: PAGE });
  if (rows.length === 0) return { found: false, deliveries: [] };
  const fitting = new Set(rows.filter(hasRoom));
  const dated = rows.map((row) => ({
    delivery: { ...row, dueAt: at + (fitting.has(row) ? TAKEN_FOR : POSTPONED_FOR) },
    isOurs: fitting.has(row),
  }));
  const outcome = await realm.commit(
    dated.map(({ delivery: { version, ...delivery } }) => replace(spec, delivery, version)),
  );
  // Refused: another process has claimed them, and those still due are found again.
  const ours = outcome.ok ? dated.filter(({ isOurs }) => isOurs) : [];
  return { found: true, deliveries: ours.map(({ delivery }) => ({ ...delivery, version: delivery.version + 1 })) };
}
