import { createHmac } from 'node:crypto';
import type { Instant } from '../../base/clock.js';
import type { JsonObject } from '../../base/json.js';
import type { RealmId } from '../../storage/store.js';

/** A secret of Standard Webhooks: `whsec_` and base64. */
export type WebhookSecret = string;

const PREFIX = 'whsec_';

export const webhookSecret = (bytes: Buffer): WebhookSecret => `${PREFIX}${bytes.toString('base64')}`;

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A part of the chain for a webhook: the events after the link `after` up to the link `until`. */
interface WebhookContent {
  readonly secret: WebhookSecret;
  readonly realm: RealmId;
  readonly stream: string;
  readonly at: Instant;
  readonly events: readonly JsonObject[];
  readonly after: number;
  readonly until: number;
}

/**
 * One request of the Standard Webhooks specification 1.0.0: HMAC-SHA-256 over id, timestamp and body. A part that is sent again
 * has the same id, so that a receiver can ignore it. Pure.
 */
export function auditWebhookRequest({
  secret,
  realm,
  stream,
  at,
  events,
  after,
  until,
}: WebhookContent): WebhookRequest {
  const data = { realm, stream, records: [...events] };
  const body = JSON.stringify({ type: 'audit.records', timestamp: new Date(at).toISOString(), data });
  const id = `${realm}.${stream}.${after + 1}.${until}`;
  const timestamp = String(Math.floor(at / 1000));
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatureOf(secret, `${id}.${timestamp}.${body}`),
    },
    body,
  };
}

/** HMAC-SHA-256, after the version of the scheme. */
export function signatureOf(secret: WebhookSecret, signed: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}
