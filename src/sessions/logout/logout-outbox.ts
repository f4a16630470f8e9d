import { failedDeliveryEntry } from '../../audit/failed-delivery-entry.js';
import type { AuditTrail } from '../../audit/audit-trail.js';
import { hours, seconds } from '../../base/clock.js';
import type { DeliveryOutcome, OutboxKind, SendOutcome } from '../../jobs/outbox/outbox.js';
import type { Realm } from '../../storage/store.js';
import { expandLogouts } from './expand.js';
import { logoutDeliveries, type LogoutDelivery } from './logout-delivery.js';
import { logouts, NOTIFY_WITHIN } from './logout.js';

/** The port implemented by modules above, which sign and send. */
export interface LogoutSender {
  /** The address for logout tokens; undefined if the application has none, or the client no longer exists. */
  addressOf(clientId: string): Promise<string | undefined>;
  /** Creates the logout token for one attempt. */
  sign(delivery: Pick<LogoutDelivery, 'clientId' | 'userId' | 'id'>): Promise<string>;
  /** Sends one form, with its own time limit. Never throws for errors of the receiver or the network. */
  post(url: string, form: URLSearchParams): Promise<Posted>;
  report(outcome: LogoutOutcome): void;
}

export type Posted =
  { readonly kind: 'answered'; readonly status: number } | { readonly kind: 'unreached'; readonly why: string };

export type LogoutOutcome = DeliveryOutcome & { readonly clientId: string };

/** Notifies applications of ended sessions, with one lane per application. */
export const logoutOutbox = (
  realm: Realm,
  audit: Pick<AuditTrail, 'writes'>,
  sender: LogoutSender,
): OutboxKind<LogoutDelivery> => ({
  name: 'back-channel logout',
  spec: logoutDeliveries,
  retries: { firstWait: seconds(5), longestWait: hours(2), mostAttempts: 20 },
  laneOf: ({ clientId }) => clientId,
  retryUntil: ({ endedAt }) => endedAt + NOTIFY_WITHIN,
  send: (delivery) => send(sender, delivery),
  onGivenUp: ({ clientId, userId, attempts, failure }) => {
    const failed = { why: 'logout-not-delivered', userId, clientId, attempts, failure };
    return audit.writes([failedDeliveryEntry({ kind: 'back-channel-logout', ...failed })]);
  },
  report: ({ clientId }, outcome) => sender.report({ ...outcome, clientId }),
  source: {
    hasMore: async () => (await realm.of(logouts).count('all', {}, 1)) > 0,
    expand: (held) => expandLogouts(realm, held, async (clientId) => (await sender.addressOf(clientId)) !== undefined),
  },
});

async function send(sender: LogoutSender, delivery: LogoutDelivery): Promise<SendOutcome> {
  const address = await sender.addressOf(delivery.clientId);
  if (address === undefined) return { kind: 'unneeded' };
  const form = new URLSearchParams({ logout_token: await sender.sign(delivery) });
  const posted = await sender.post(address, form);
  if (posted.kind === 'unreached') return { kind: 'failed', failure: posted.why };
  // Back-Channel Logout 1.0 2.8 requires 200; some frameworks answer 204 instead.
  const isTaken = posted.status >= 200 && posted.status <= 299;
  return isTaken ? { kind: 'delivered' } : { kind: 'failed', failure: `it answered ${posted.status}` };
}
