import { minutes, now } from '../../base/clock.js';
import { PAGE_LIMIT } from '../../base/paging.js';
import type { Job } from '../../jobs/job.js';
import type { Realm } from '../../storage/store.js';
import { interactions, overOf } from './interaction-document.js';

/**
 * Forgets of sign-ins that ended without an answer what they asked for: a stranger can begin many, and a day later nothing is needed of them
 * but whose they were.
 */
export const tidyInteractionsJob = (realm: Realm): Job => ({
  name: 'tidy-interactions',
  every: minutes(5),
  async run(_held, signal) {
    const collection = realm.of(interactions);
    for (;;) {
      const { rows } = await collection.find('ended', { endsAt: { lte: now() } }, { limit: PAGE_LIMIT });
      // One that was answered meanwhile is over already, and as small.
      for (const { version, ...ended } of rows) {
        if (signal.aborted) return;
        await collection.replace({ ...overOf(ended), expiresAt: ended.expiresAt }, version);
      }
      if (rows.length < PAGE_LIMIT) return;
    }
  },
});
