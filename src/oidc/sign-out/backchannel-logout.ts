import { importJWK, SignJWT } from 'jose';
import type { Logger } from 'pino';
import { now } from '../../base/clock.js';
import { newId } from '../../base/crypto/ids.js';
import { type Outgoing, OutgoingError } from '../../http/outgoing/outgoing.js';
import type { Reason } from '../../http/refusals/reasons.js';
import type { Client } from '../../realm/clients/client.js';
import { sectorOf } from '../../realm/clients/client-sector.js';
import { bytesOf, type Keys } from '../../realm/keys/keys.js';
import { signerFor } from '../../realm/keys/ring-key.js';
import type { LogoutOutcome, LogoutSender, Posted } from '../../sessions/logout/logout-outbox.js';
import type { ClientLookup } from '../requests/client-lookup.js';
import { pairwiseSubjects } from '../issuance/pairwise-subjects.js';

export interface LogoutSenderParts {
  /** As tokens name it. */
  readonly issuer: string;
  readonly keys: { readonly current: () => Pick<Keys, 'signing' | 'subjects'> };
  readonly clients: ClientLookup;
  readonly outgoing: Outgoing;
  readonly log: Logger;
}

/** OpenID Connect Back-Channel Logout 1.0 2.4. */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const LIFE_SECONDS = 120;

/**
 * Notifies applications of ended sessions with logout tokens (OpenID Connect Back-Channel Logout 1.0 2.4-2.5). It works outside any
 * request, so it does without the library, which makes tokens in requests only.
 */
export function backchannelLogout({ issuer, keys, clients, outgoing, log }: LogoutSenderParts): LogoutSender {
  return {
    addressOf: async (clientId) => (await clients.get(clientId))?.backchannelLogoutUri,

    /** Each has an id of its own, so that one sent again is no replay, and is signed by the key that signs at that moment. */
    async sign({ clientId, userId, id: sid }) {
      const client = await clients.get(clientId);
      if (!client) throw new Error(`Client ${clientId} is gone.`);
      const { signing, subjects } = keys.current();
      const { idTokenAlgorithm: alg } = client;
      const key = signerFor(alg, signing);
      if (!key) throw new Error(`There is no key that signs by ${alg}.`);
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({ events: { [EVENT]: {} }, sid })
        .setProtectedHeader({ alg, typ: 'logout+jwt', kid: key.kid })
        .setIssuer(issuer)
        .setAudience(clientId)
        .setSubject(subjectAt(client, userId, subjects))
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFE_SECONDS)
        .setJti(newId())
        .sign(await importJWK(key, alg));
    },

    async post(url, form): Promise<Posted> {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      try {
        const { status } = await outgoing(url, { method: 'POST', headers, body: form.toString() });
        return { kind: 'answered', status };
      } catch (error) {
        if (error instanceof OutgoingError) return { kind: 'unreached', why: error.message };
        throw error;
      }
    },

    report: (outcome) => logOutcome(log, outcome),
  };
}

/** By the name that the client knows the person by. */
const subjectAt = (client: Client, userId: string, subjects: Keys['subjects']): string =>
  client.subjectType === 'pairwise' ? pairwiseSubjects(bytesOf(subjects)[0]).of(userId, sectorOf(client)) : userId;

const LOGOUT_NOT_DELIVERED: Reason = 'logout-not-delivered';

function logOutcome(log: Logger, outcome: LogoutOutcome): void {
  const { clientId, attempts } = outcome;
  switch (outcome.kind) {
    case 'delivered':
      return log.info({ clientId, attempts }, 'an application was told of an ended session');
    case 'failed': {
      const { failure, givenUp } = outcome;
      const why = {
        client: clientId,
        endpoint: 'backchannel-logout',
        reason: LOGOUT_NOT_DELIVERED,
        words: failure,
        attempts,
      };
      return givenUp
        ? log.error(why, 'back-channel logout failed; it is not tried again')
        : log.warn(why, 'back-channel logout failed; it is tried again');
    }
  }
}
