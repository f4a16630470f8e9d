import { minutes } from '../base/clock.js';
import type { Store } from '../storage/store.js';
import type { Job } from './job.js';

const BATCH = 500;
/** The maximum number of rounds per run and kind of document; the next run removes the rest. */
const ROUNDS = 50;

/** The jobs that keep the store small and finish its upgrades. */
export const housekeeping = (store: Pick<Store, 'sweep' | 'settle'>): readonly Job[] => [
  {
    name: 'sweep',
    every: minutes(5),
    async run(held, signal) {
      for (let round = 0; round < ROUNDS && !signal.aborted && (await store.sweep(BATCH, held)) > 0; round++);
    },
  },
  { name: 'settle', every: minutes(15), run: (_held, signal) => store.settle(signal) },
];
