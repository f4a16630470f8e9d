import { errors } from 'oidc-provider';
import { now, seconds } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import type { Stored } from '../../storage/spec.js';
import {
  type InteractionDocument,
  interactions,
  isWaiting,
  overOf,
  REMEMBERED_FOR,
  upstreamFields,
} from '../interactions/interaction-document.js';
import { loginOf } from '../interactions/sign-in-result.js';
import type { PendingRequests } from '../interactions/pending-requests.js';
import { currentScope } from '../request-scope/request-scope.js';
import { networkOf } from '../../identity/throttling/throttle.js';
import { keepPushedRequest } from './keep-pushed-request.js';
import { makeRoom } from './make-room.js';
import type { ModelAdapter } from './model-adapter.js';
import { packPayload, unpackPayload } from './payload.js';

/**
 * Authorization requests that wait for a person. A waiting request can get a result several times: a user who submits twice continues from
 * there. Only one of the requests that then resume it succeeds.
 */
export const interactionAdapter = (pending: PendingRequests): ModelAdapter => ({
  async find(uid) {
    const document = await currentScope().reads.interaction(hashOf(uid));
    return document && isWaiting(document) ? unpackPayload(document.payload, uid) : undefined;
  },

  async upsert(uid, payload, expiresIn = 0) {
    const scope = currentScope();
    const id = hashOf(uid);
    const endsAt = now() + seconds(expiresIn);
    const clientId = payload.params?.['client_id'];
    const packed = packPayload(payload);
    const document = {
      id,
      payload: packed,
      ...(typeof clientId === 'string' && { clientId }),
      endsAt,
      ...upstreamFields(loginOf(payload.result)?.proofs ?? []),
      expiresAt: endsAt + REMEMBERED_FOR,
    };
    const read = await scope.reads.interaction.read(id);
    if (!read) {
      makeRoom(pending, { clientId: String(clientId), bytes: packed.length, endsAt });
      await keepPushedRequest(scope, endsAt);
    }
    scope.held.work(async () => {
      // One that went on meanwhile does not wait again: whoever is sent after it finds it over.
      if (read) await rewrite(read, document);
      else await scope.realm.of(interactions).insert(document);
    });
  },

  /**
   * The request resumes, or is refused. Either way this interaction is over, and only its client is kept. The write is made at once and is
   * conditional, before there is a session or a code, so a second request is told that it is over.
   */
  async destroy(uid) {
    const scope = currentScope();
    const read = await scope.reads.interaction(hashOf(uid));
    const over = read && (await rewrite(read, overOf(read)));
    if (!read || !over) throw new errors.SessionNotFound('interaction session not found');
    const { clientId = '', payload, endsAt = now() } = read;
    pending.release({ network: networkOf(scope.ctx.ip), clientId, bytes: payload.length, endsAt });
    const { version: _, ...waiting } = read;
    scope.undos.add(waiting.id, async () => {
      await scope.realm.of(interactions).replace(waiting, over.version);
    });
  },
});

/**
 * Writes it, unless it no longer waits: then it stays as it is, and this gives undefined. A result from another tab does not prevent the
 * write. Each further attempt means that somebody else wrote, and the first to resume it ends it for all.
 */
async function rewrite(
  read: Stored<InteractionDocument>,
  document: InteractionDocument,
): Promise<Stored<InteractionDocument> | undefined> {
  const collection = currentScope().realm.of(interactions);
  for (
    let current: typeof read | undefined = read;
    current && isWaiting(current);
    current = await collection.get(read.id)
  ) {
    const written = await collection.replace(document, current.version);
    if (written.ok) return written.value;
  }
  return undefined;
}
