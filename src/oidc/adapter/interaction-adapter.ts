import { now, seconds } from '../../base/clock.js';
import { hashOf } from '../../base/hash-of.js';
import { interactions } from '../interaction-document.js';
import { currentScope } from '../request-scope.js';
import type { ModelAdapter } from './model-adapter.js';
import { packPayload, unpackPayload } from './payload.js';

export const interactionAdapter: ModelAdapter = {
  async find(uid) {
    const document = await currentScope().interaction(hashOf(uid));
    return document && unpackPayload(document.payload, uid);
  },

  async upsert(uid, payload, expiresIn = 0) {
    const scope = currentScope();
    const document = { id: hashOf(uid), payload: packPayload(payload), expiresAt: now() + seconds(expiresIn) };
    scope.hold(async () => {
      await scope.realm.of(interactions).put(document);
    });
  },

  // The request went on, or was refused; either way this visit is over.
  async destroy(uid) {
    const scope = currentScope();
    scope.settle('interaction', async () => {
      await scope.realm.of(interactions).remove(hashOf(uid));
    });
  },
};
