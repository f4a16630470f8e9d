import { setTimeout as delay } from 'node:timers/promises';
import { minutes, now, seconds } from '../../base/clock.js';
import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { replace } from '../../storage/write.js';
import { afterFailure, logoutDeliveries, type LogoutDelivery } from './delivery.js';

/** What notifying an application needs from modules above. */
export interface LogoutDelivering {
  /** Where the application wants to hear of it; undefined: it does not, or there is no such client any more. */
  addressOf(clientId: string): Promise<string | undefined>;
  /** The logout token, made for this one attempt. */
  sign(delivery: Pick<LogoutDelivery, 'clientId' | 'userId' | 'id'>): Promise<string>;
  /** Sends one form, within a time of its own. Never throws for what the other side or the way to it does. */
  post(url: string, form: URLSearchParams): Promise<Posted>;
  /** Hears what came of each attempt. */
  report(outcome: LogoutOutcome): void;
}

export type Posted =
  { readonly kind: 'answered'; readonly status: number } | { readonly kind: 'unreached'; readonly why: string };

export type LogoutOutcome =
  | { readonly kind: 'told'; readonly clientId: string; readonly attempts: number }
  /** `givenUp`: nobody will try again. */
  | {
      readonly kind: 'failed';
      readonly clientId: string;
      readonly attempts: number;
      readonly failure: string;
      readonly givenUp: boolean;
    };

/** Less than the 64 writes that one commit takes. */
const PAGE = 50;
/** Applications that are spoken to at once. */
const LANES = 64;
/** The most deliveries that wait in one lane; others of its application are postponed. */
const LANE_LENGTH = 100;
const PUT_OFF = seconds(1);
/** A delivery that was taken up by a process that then died is due again after this time. */
const TAKEN_FOR = minutes(2);
/** A delivery is sent before that time is up, or left to be taken up again. */
const TO_SEND = seconds(20);
const LOOK_AGAIN = 250;

/** One application, and what it is to hear now, in turn. */
interface Lane {
  readonly waiting: Stored<LogoutDelivery>[];
  /** Ends when nothing waits any more. */
  readonly running: Promise<void>;
}

/**
 * Tells applications of what is due, until nothing is, and nothing is on its way. Each application has a lane of its own: one that
 * does not answer keeps its own lane waiting and nobody else.
 *
 * Every write here is a compare-and-set, and what is due was taken up before it is sent; so of two processes that are at it by
 * accident neither does harm. A delivery is removed after it was told and not before: at least once.
 *
 * @param expand makes more of it, in between
 */
export async function deliverLogouts(
  realm: Realm,
  telling: LogoutDelivering,
  signal: AbortSignal,
  expand: () => Promise<number>,
): Promise<void> {
  const kept = realm.of(logoutDeliveries);
  const lanes = new Map<string, Lane>();
  while (!signal.aborted) {
    const expanded = await expand();
    const due = lanes.size < LANES ? (await kept.find('due', { dueAt: { lte: now() } }, { limit: PAGE })).rows : [];
    for (const delivery of await takeUp(realm, due, lanes)) enter(lanes, realm, telling, delivery, signal);
    if (due.length > 0 || expanded > 0) continue;
    if (lanes.size === 0) return;
    await Promise.race([...[...lanes.values()].map(({ running }) => running), delay(LOOK_AGAIN)]);
  }
  await Promise.all([...lanes.values()].map(({ running }) => running));
}

/** Those that are ours to tell now. A delivery without room in its lane is postponed. */
async function takeUp(
  realm: Realm,
  due: readonly Stored<LogoutDelivery>[],
  lanes: ReadonlyMap<string, Lane>,
): Promise<readonly Stored<LogoutDelivery>[]> {
  if (due.length === 0) return [];
  const at = now();
  const hasRoom = ({ clientId }: LogoutDelivery): boolean => (lanes.get(clientId)?.waiting.length ?? 0) < LANE_LENGTH;
  const dated = due.map((delivery) => ({ ...delivery, dueAt: at + (hasRoom(delivery) ? TAKEN_FOR : PUT_OFF) }));
  const outcome = await realm.commit(
    dated.map(({ version, ...delivery }) => replace(logoutDeliveries, delivery, version)),
  );
  // Refused: somebody else is at them, and whatever is still due is found again.
  return outcome.ok ? dated.filter(hasRoom).map((taken) => ({ ...taken, version: taken.version + 1 })) : [];
}

function enter(
  lanes: Map<string, Lane>,
  realm: Realm,
  telling: LogoutDelivering,
  delivery: Stored<LogoutDelivery>,
  signal: AbortSignal,
): void {
  const { clientId } = delivery;
  const open = lanes.get(clientId);
  if (open) {
    open.waiting.push(delivery);
    return;
  }
  const waiting = [delivery];
  const running = tellInTurn(realm, telling, waiting, signal).finally(() => lanes.delete(clientId));
  lanes.set(clientId, { waiting, running });
}

/** One application's; when one fails, what waits behind it waits as long as that one. */
async function tellInTurn(
  realm: Realm,
  telling: LogoutDelivering,
  waiting: Stored<LogoutDelivery>[],
  signal: AbortSignal,
): Promise<void> {
  const kept = realm.of(logoutDeliveries);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { version, ...delivery } = next;
    // Deliveries that are left when the server stops become due again.
    if (signal.aborted || (delivery.dueAt ?? 0) < now() + TO_SEND) continue;
    const failure = await attempt(telling, delivery);
    if (failure === undefined) {
      await kept.remove(delivery.id);
      continue;
    }
    const failed = afterFailure(delivery, failure, now());
    await kept.replace(failed, version);
    const { clientId, attempts, dueAt } = failed;
    telling.report({ kind: 'failed', clientId, attempts, failure, givenUp: dueAt === undefined });
    const behind = waiting.splice(0).map(({ version, ...each }) => ({ ...each, dueAt: dueAt ?? now(), version }));
    for (const { version, ...each } of behind) await kept.replace(each, version);
  }
}

/** Undefined: it was told, or need not be. */
async function attempt(telling: LogoutDelivering, delivery: LogoutDelivery): Promise<string | undefined> {
  const { clientId, attempts } = delivery;
  const address = await telling.addressOf(clientId);
  if (address === undefined) return undefined;
  const form = new URLSearchParams({ logout_token: await telling.sign(delivery) });
  const posted = await telling.post(address, form);
  if (posted.kind === 'unreached') return posted.why;
  // Back-Channel Logout 1.0 2.8: 200; some frameworks answer 204 for it.
  if (posted.status < 200 || posted.status > 299) return `it answered ${posted.status}`;
  telling.report({ kind: 'told', clientId, attempts: attempts + 1 });
  return undefined;
}
