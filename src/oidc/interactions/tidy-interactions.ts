import { minutes, now } from '../../base/clock.js';
import { PAGE_LIMIT } from '../../base/paging.js';
import type { Job } from '../../jobs/job.js';
import type { Realm } from '../../storage/store.js';
import { interactions, overOf } from './interaction-document.js';

/**
 * Removes the parameters of sign-ins that ended without an answer, and keeps only the client. Strangers can begin many sign-ins, and on the
 * next day only the client is still needed.
 */
export const tidyInteractionsJob = (realm: Realm): Job => ({
  name: 'tidy-interactions',
  every: minutes(5),
  async run(_held, signal) {
    const collection = realm.of(interactions);
    for (;;) {
      const { rows } = await collection.find('ended', { endsAt: { lte: now() } }, { limit: PAGE_LIMIT });
      // An interaction that was answered meanwhile is already as small.
      for (const { version, ...ended } of rows) {
        if (signal.aborted) return;
        await collection.replace({ ...overOf(ended), expiresAt: ended.expiresAt }, version);
      }
      if (rows.length < PAGE_LIMIT) return;
    }
  },
});
