import { errors } from 'oidc-provider';
import { now, seconds } from '../../base/clock.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import { pushedRequests } from '../interactions/pushed-request-document.js';
import { currentScope } from '../request-scope/request-scope.js';
import type { PendingRequests } from '../interactions/pending-requests.js';
import { makeRoom } from './make-room.js';
import type { ModelAdapter } from './model-adapter.js';
import { packPayload, unpackPayload } from './payload.js';

/**
 * Pushed authorization requests (RFC 9126). The library lets one begin a sign-in for a minute. It is answered once, however long that
 * sign-in takes, so a request that began an interaction is kept as long as that can last.
 */
export const pushedRequestAdapter = (pending: PendingRequests): ModelAdapter => ({
  async find(value) {
    const request = await currentScope().reads.pushedRequest(hashOf(value));
    if (!request) return undefined;
    const consumed = request.consumedAt === undefined ? {} : { consumed: Math.floor(request.consumedAt / 1000) };
    return { ...unpackPayload(request.payload, value), ...consumed };
  },

  async upsert(value, payload, expiresIn = 0) {
    const scope = currentScope();
    const packed = packPayload(payload);
    const endsAt = now() + seconds(expiresIn);
    makeRoom(pending, { clientId: String(payload.clientId), bytes: packed.length, endsAt });
    scope.held.insert(pushedRequests, { id: hashOf(value), payload: packed, expiresAt: endsAt });
  },

  /** The write is made at once and is conditional: of parallel answers to one request, one succeeds here (RFC 9126 4). */
  async consume(value) {
    const scope = currentScope();
    const found = await scope.reads.pushedRequest(hashOf(value));
    if (!found) throw new errors.InvalidRequestUri('request_uri is unknown');
    const { version, ...request } = found;
    const collection = scope.realm.of(pushedRequests);
    const written = await collection.replace({ ...request, consumedAt: now() }, version);
    if (!written.ok) throw new errors.InvalidRequestUri('request_uri was already used');
    scope.undos.add(request.id, async () => {
      await collection.replace(request, written.value.version);
    });
  },
});
