import { now } from '../../base/clock.js';
import type { Job } from '../../jobs/job.js';
import type { DeliveryOutcome, OutboxKind, SendOutcome } from '../../jobs/outbox/outbox.js';
import { outboxJob } from '../../jobs/outbox/outbox-job.js';
import type { Realm } from '../../storage/store.js';
import { insert } from '../../storage/write.js';
import type { AuditKeys } from '../audit-keys.js';
import type { AuditTrail } from '../audit-trail.js';
import { readHead } from '../chain/chain-head.js';
import { eventsUpTo } from './event-batch.js';
import { readChain } from './read-chain.js';
import { cursorOf, moveCursor } from './stream-cursor.js';
import { newWebhookDelivery, WEBHOOK_RETRIES, webhookDeliveries } from './webhook-delivery.js';
import { auditWebhookRequest, type WebhookRequest } from './webhook-request.js';
import type { WebhookStream } from './webhook-stream.js';

export interface WebhookParts {
  readonly realm: Realm;
  readonly audit: Pick<AuditTrail, 'open'>;
  readonly auditKeys: Pick<AuditKeys, 'webhookSecret'>;
  readonly settings: { get(): Promise<{ readonly audit: { readonly streams: readonly WebhookStream[] } }> };
  readonly webhooks: WebhookSender;
}

/** The port that modules above implement, which send. */
export interface WebhookSender {
  /** Sends one request, with its own time limit. Never throws for errors of the receiver or the network. */
  post(url: string, request: WebhookRequest): Promise<WebhookAnswer>;
  report(stream: string, outcome: DeliveryOutcome): void;
}

export type WebhookAnswer =
  { readonly kind: 'answered'; readonly status: number } | { readonly kind: 'unreached'; readonly why: string };

/** Links read for one request. */
const LINKS = 200;
/** A request has at most this many bytes of events, but at least one event. */
const MOST_BYTES = 512 * 1024;

/** Sends the records of a realm to its webhooks, one request after another to each. */
export function webhookJob(parts: WebhookParts): Job {
  const job = outboxJob(parts.realm, webhookOutbox(parts));
  return {
    ...job,
    // A realm without webhooks costs no store call.
    isNeeded: async (doneAt) => (await streamsOf(parts)).length > 0 && ((await job.isNeeded?.(doneAt)) ?? true),
  };
}

function webhookOutbox(parts: WebhookParts): OutboxKind {
  const { realm, webhooks } = parts;
  return {
    name: 'audit webhooks',
    spec: webhookDeliveries,
    retries: WEBHOOK_RETRIES,
    laneOf: ({ id }) => id,
    retryUntil: () => Infinity,
    async send({ id }) {
      const stream = (await streamsOf(parts)).find(({ name }) => name === id);
      return stream ? sendNext(parts, stream) : { kind: 'unneeded' };
    },
    onGivenUp: async () => [],
    report: ({ id }, outcome) => webhooks.report(id, outcome),
    source: {
      hasMore: async () => (await waiting(parts)).length > 0,
      async expand(held) {
        const names = await waiting(parts);
        for (const name of names)
          await held.commit(realm, [insert(webhookDeliveries, newWebhookDelivery(name, now()))]);
        return names.length;
      },
    },
  };
}

const streamsOf = async ({ settings }: WebhookParts): Promise<readonly WebhookStream[]> =>
  (await settings.get()).audit.streams;

/** The streams that the chain has more for, and that have no delivery yet. */
async function waiting(parts: WebhookParts): Promise<readonly string[]> {
  const { realm } = parts;
  const names = (await streamsOf(parts)).map(({ name }) => name);
  if (names.length === 0) return [];
  const [head, deliveries, cursors] = await Promise.all([
    readHead(realm),
    realm.of(webhookDeliveries).getMany(names),
    Promise.all(names.map((name) => cursorOf(realm, name))),
  ]);
  return names.filter((name, i) => !deliveries.has(name) && head.sequence > (cursors[i] ?? -1));
}

/** Sends the next part of the chain, and moves the cursor once the receiver has accepted it. */
async function sendNext(
  { realm, audit, auditKeys, webhooks }: WebhookParts,
  stream: WebhookStream,
): Promise<SendOutcome> {
  const { name, url, kinds, personal, secretVersion } = stream;
  const after = await cursorOf(realm, name);
  if (after === undefined) {
    await moveCursor(realm, name, stream.from === 'start' ? 0 : (await readHead(realm)).sequence);
    return { kind: 'unneeded' };
  }
  const part = await readChain({ realm, trail: audit }, { after, limit: LINKS, kinds });
  if (!part) return { kind: 'unneeded' };
  const { events, until } = eventsUpTo(MOST_BYTES, realm.id, part, { withPersonal: personal });
  if (events.length > 0) {
    const secret = auditKeys.webhookSecret([realm.id, name, secretVersion]);
    const request = auditWebhookRequest({
      ...{ secret, events, after, until },
      realm: realm.id,
      stream: name,
      at: now(),
    });
    const answer = await webhooks.post(url, request);
    if (answer.kind === 'unreached') return { kind: 'failed', failure: answer.why };
    if (answer.status < 200 || answer.status > 299) return { kind: 'failed', failure: `status ${answer.status}` };
  }
  await moveCursor(realm, name, until);
  return events.length > 0 ? { kind: 'delivered' } : { kind: 'unneeded' };
}
