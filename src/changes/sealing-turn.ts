import { type Instant, now, seconds } from '../base/clock.js';
import { timeOrderedId } from '../base/crypto/ids.js';
import type { SecretBox } from '../base/crypto/secret-box.js';
import { beginTurn, turnOf } from '../storage/sealing/key-check.js';
import type { Store } from '../storage/store.js';
import { insert } from '../storage/write.js';
import type { Caches } from './caching/caches.js';
import { changeMarkers, MARKER_LIFE } from './caching/change-marker.js';

const INSTALLATION = '';
const KIND = 'sealing-key';
const RETRY = seconds(1);

/**
 * Seals under another key from now on, here and in every process that shares the store.
 * @throws GatehouseError `bad-configuration` if another change is in progress
 */
export async function turnSealing(store: Pick<Store, 'installation'>, box: SecretBox, to: string): Promise<Instant> {
  const at = now();
  const marker = {
    id: timeOrderedId(at),
    at,
    expiresAt: at + MARKER_LIFE,
    realm: INSTALLATION,
    kind: KIND,
    subject: to,
  };
  await beginTurn(store, { to, at }, [insert(changeMarkers, marker)]);
  box.sealUnder(to);
  return at;
}

/** Registers this process for changes of the sealing key. */
export function hearOfSealing(
  caches: Pick<Caches, 'register'>,
  store: Pick<Store, 'installation'>,
  box: SecretBox,
  report: (error: unknown) => void,
): void {
  caches.register(INSTALLATION, KIND, {
    changed: (to) => box.sealUnder(to),
    reload: () => void catchUp(),
  });

  async function catchUp(): Promise<void> {
    try {
      const turn = await turnOf(store);
      if (turn) box.sealUnder(turn.to);
    } catch (error) {
      report(error);
      setTimeout(() => void catchUp(), RETRY).unref();
    }
  }
}
