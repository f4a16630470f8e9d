import type { Store } from '../storage/store.js';
import { housekeeping } from './housekeeping.js';
import { jobRuns } from './job.js';

/** Registrations of `jobs`: when each job ran, and the work that keeps the store small. */
export const jobs = {
  specs: [jobRuns],
  installationJobs: (store: Pick<Store, 'sweep' | 'settle'>) => housekeeping(store),
};
