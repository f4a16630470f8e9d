import type { Logger } from 'pino';
import type { WebhookSender } from '../../audit/streams/webhook-outbox.js';
import { type Outgoing, OutgoingError } from './outgoing.js';

/** Sends audit records to webhooks, and logs failures. */
export const webhookSender = (outgoing: Outgoing, log: Logger): WebhookSender => ({
  async post(url, { headers, body }) {
    try {
      const { status } = await outgoing(url, { method: 'POST', headers, body });
      return { kind: 'answered', status };
    } catch (error) {
      if (error instanceof OutgoingError) return { kind: 'unreached', why: error.message };
      throw error;
    }
  },
  report(stream, outcome) {
    switch (outcome.kind) {
      case 'delivered':
        log.debug({ stream, attempts: outcome.attempts }, 'audit records were sent to a webhook');
        break;
      case 'failed':
        log.warn(
          { stream, attempts: outcome.attempts, words: outcome.failure },
          'audit records could not be sent to a webhook; they are sent later',
        );
    }
  },
});
