import type { Instant } from '../../base/clock.js';
import type { Held } from '../../storage/leases/lease-holder.js';
import type { AnySpec } from '../../storage/spec.js';
import type { Write } from '../../storage/write.js';
import type { Delivery } from './delivery.js';
import type { RetrySchedule } from './retry-schedule.js';

/** The spec of a kind's own documents: deliveries with additional fields, indexed by due time. */
export type DeliverySpec<D extends Delivery = Delivery> = AnySpec & {
  readonly scope: 'realm';
  readonly document?: D;
  readonly queries: { readonly due: { readonly order: 'dueAt' } };
};

/** One kind of delivery: back-channel logout, mail, webhooks. Each kind has a collection and a job of its own. */
export interface OutboxKind<D extends Delivery = Delivery> {
  /** The name of its job, in leases and in the log. */
  readonly name: string;
  readonly spec: DeliverySpec<D>;
  readonly retries: RetrySchedule;
  /** The receiver. Deliveries of one lane are sent one after another; a slow or failing lane delays no other. */
  laneOf(delivery: D): string;
  /** After a failure no further attempt is planned past this time, when the delivery would be useless. */
  retryUntil(delivery: D): Instant;
  /**
   * One attempt, with its own time limit. An error that it throws counts as a failed attempt and is reported as a failure of
   * the job.
   * @throws StoreUnavailable, which counts as no attempt
   */
  send(delivery: D): Promise<SendOutcome>;
  /** Writes for the commit that gives the delivery up: its audit record. */
  onGivenUp(delivery: D): Promise<readonly Write[]>;
  /** Called after each attempt that reached a receiver or failed. */
  report(delivery: D, outcome: DeliveryOutcome): void;
  /**
   * Creates deliveries from entries that a change wrote, for a kind that cannot know its receivers in the change's own commit.
   */
  readonly source?: DeliverySource;
}

export interface DeliverySource {
  hasMore(): Promise<boolean>;
  /** Creates some of the deliveries, under the lease; returns how many entries it has finished. May be interrupted anywhere. */
  expand(held: Held): Promise<number>;
}

/** `unneeded`: there is no receiver any more. `isPermanent`: another attempt would fail as well. */
export type SendOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'unneeded' }
  | { readonly kind: 'failed'; readonly failure: string; readonly isPermanent?: true };

/** `attempts` includes this one; `givenUp`: no other follows. */
export type DeliveryOutcome =
  | { readonly kind: 'delivered'; readonly attempts: number }
  | { readonly kind: 'failed'; readonly attempts: number; readonly failure: string; readonly givenUp: boolean };
