import type { Instant } from '../base/clock.js';
import { spec } from '../storage/spec.js';

/** How a realm behaves. One document, under the id {@link SETTINGS_ID}. */
export type Settings = {
  id: string;
  since: Instant;
  /** What people read on its pages. */
  name: string;
  session: {
    /** A session unused for so long is over. */
    idleSeconds: number;
    /** A session is over after so long, used or not. */
    absoluteSeconds: number;
  };
  /** A refresh token unused for so long is over. */
  refreshTokenIdleSeconds: number;
};

export const SETTINGS_ID = 'settings';

export const settings = spec<Settings>()({
  name: 'settings',
  scope: 'realm',
  version: 1,
  indexed: {},
  audited: ['name', 'session', 'refreshTokenIdleSeconds'],
  unique: {},
  queries: {},
});
