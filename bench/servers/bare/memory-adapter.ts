import type { Adapter, AdapterPayload } from 'oidc-provider';

/**
 * A Map, and nothing that could be left out. The library's own keeps the last thousand documents only, so that codes made ahead of a
 * measurement would be gone by then.
 */
export function memoryAdapters(): (model: string) => Adapter {
  const kept = new Map<string, AdapterPayload>();
  const sessions = new Map<string, string>();
  const byGrant = new Map<string, Set<string>>();

  return (model) => {
    const keyOf = (id: string): string => `${model}:${id}`;
    const adapter: Adapter = {
      async upsert(id, payload) {
        kept.set(keyOf(id), payload);
        if (model === 'Session' && payload.uid !== undefined) sessions.set(payload.uid, id);
        if (payload.grantId === undefined || model === 'Session') return;
        const granted = byGrant.get(payload.grantId) ?? new Set();
        byGrant.set(payload.grantId, granted.add(keyOf(id)));
      },
      find: async (id) => kept.get(keyOf(id)),
      findByUid: async (uid) => kept.get(keyOf(sessions.get(uid) ?? '')),
      findByUserCode: async () => undefined,
      async consume(id) {
        const payload = kept.get(keyOf(id));
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        kept.delete(keyOf(id));
      },
      async revokeByGrantId(grantId) {
        for (const key of byGrant.get(grantId) ?? []) kept.delete(key);
        byGrant.delete(grantId);
      },
    };
    return adapter;
  };
}
