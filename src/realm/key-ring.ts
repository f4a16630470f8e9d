import type { Instant } from '../base/clock.js';
import { spec } from '../storage/spec.js';

/** The keys of one use in one realm, whole and sealed: of two first starts that make them at once, one wins. */
export type KeyRing = {
  id: string;
  use: KeyUse;
  /** JSON; its shape is the use's own. */
  keys: string;
  madeAt: Instant;
};

export type KeyUse = 'signing' | 'cookies' | 'pepper' | 'csrf';

export const keyRings = spec<KeyRing>()({
  name: 'keyRings',
  scope: 'realm',
  version: 1,
  indexed: { use: 'string' },
  sealed: ['keys'],
  unique: { use: ['use'] },
  queries: {},
});
