import { now, seconds } from '../../base/clock.js';
import type { Job } from '../../jobs/job.js';
import type { Realm } from '../../storage/store.js';
import { deliverLogouts, type LogoutDelivering } from './deliver.js';
import { logoutDeliveries } from './delivery.js';
import { expandLogouts } from './expand.js';
import { logouts } from './logout.js';

/** Tells applications of ended sessions, within a second or two where they answer. */
export const logoutJob = (realm: Realm, telling: LogoutDelivering): Job => ({
  name: 'back-channel logout',
  every: seconds(1),
  async isNeeded() {
    const [entry, due] = await Promise.all([
      realm.of(logouts).count('all', {}, 1),
      realm.of(logoutDeliveries).count('due', { dueAt: { lte: now() } }, 1),
    ]);
    return entry + due > 0;
  },
  run: (held, signal) =>
    deliverLogouts(realm, telling, signal, () =>
      expandLogouts(realm, held, async (clientId) => (await telling.addressOf(clientId)) !== undefined),
    ),
});
