import { now, seconds } from '../../base/clock.js';
import { hashOf } from '../../base/hash-of.js';
import { interactions, isWaiting, REMEMBERED_FOR } from '../interaction-document.js';
import { currentScope } from '../request-scope.js';
import type { ModelAdapter } from './model-adapter.js';
import { packPayload, unpackPayload } from './payload.js';

export const interactionAdapter: ModelAdapter = {
  async find(uid) {
    const document = await currentScope().interaction(hashOf(uid));
    return document && isWaiting(document) ? unpackPayload(document.payload, uid) : undefined;
  },

  async upsert(uid, payload, expiresIn = 0) {
    const scope = currentScope();
    const endsAt = now() + seconds(expiresIn);
    const clientId = payload.params?.['client_id'];
    const document = {
      id: hashOf(uid),
      payload: packPayload(payload),
      ...(typeof clientId === 'string' && { clientId }),
      endsAt,
      expiresAt: endsAt + REMEMBERED_FOR,
    };
    scope.hold(async () => {
      await scope.realm.of(interactions).put(document);
    });
  },

  // The request went on, or was refused; either way this visit is over, and only whose it was is kept.
  async destroy(uid) {
    const scope = currentScope();
    const id = hashOf(uid);
    const clientId = (await scope.interaction(id))?.clientId;
    scope.settle('interaction', async () => {
      const kept = scope.realm.of(interactions);
      if (clientId === undefined) await kept.remove(id);
      else await kept.put({ id, payload: '{}', clientId, over: true, expiresAt: now() + REMEMBERED_FOR });
    });
  },
};
