import type { Store } from '../storage/store.js';
import { housekeeping } from './housekeeping.js';
import { jobRuns } from './job.js';

/** Registrations of `jobs`: the times of their runs, and the jobs that keep the store small. */
export const jobs = {
  specs: [jobRuns],
  installationJobs: (store: Pick<Store, 'sweep' | 'settle'>) => housekeeping(store),
};
