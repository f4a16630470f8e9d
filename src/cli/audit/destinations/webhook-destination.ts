import { now } from '../../../base/clock.js';
import { auditWebhookRequest } from '../../../audit/streams/webhook-request.js';
import type { Parts } from '../../../app/parts.js';
import { type Destination, DestinationUnavailable } from './destination.js';

/** One signed request for each batch, as the webhooks of a realm's settings get them. */
export function webhookDestination(
  { realm, auditKeys, webhooks }: Pick<Parts, 'realm' | 'auditKeys' | 'webhooks'>,
  url: URL,
  { name, secretVersion }: { readonly name: string; readonly secretVersion: number },
): Destination {
  const secret = auditKeys.webhookSecret([realm.id, name, secretVersion]);
  return {
    name: url.host,
    async send(batch) {
      const request = auditWebhookRequest({ ...batch, secret, realm: realm.id, stream: name, at: now() });
      const answer = await webhooks.post(url.href, request);
      if (answer.kind === 'unreached') throw new DestinationUnavailable(answer.why);
      if (answer.status < 200 || answer.status > 299) {
        throw new DestinationUnavailable(`it answered with status ${answer.status}`);
      }
    },
  };
}
