import type { ReferrerSource } from '../changes/removal/referrer.js';
import { lastAdministrator, type LastAdministratorParts } from './administration/last-administrator.js';
import { expiredAssignmentsJob, type ExpiredAssignmentsParts } from './jobs/expired-assignments.js';
import { removalJob, type RemovalJobParts } from './jobs/removal-job.js';
import { segmentsJob, type SegmentsJobParts } from './jobs/segment-index.js';
import { roles } from './model/role.js';
import { separationOfDuties, type SeparationOfDutiesParts } from './separation-of-duties/separation-of-duties.js';

/** Registrations of `access`: roles, the two guards over assignments, and the jobs that keep assignments and index fields tidy. */
export const access = {
  specs: [roles],
  guards: (services: () => LastAdministratorParts & SeparationOfDutiesParts) => [
    separationOfDuties(services),
    lastAdministrator(services),
  ],
  referrers: (services: { readonly roles: ReferrerSource }) => [services.roles],
  jobs: (services: ExpiredAssignmentsParts & RemovalJobParts & SegmentsJobParts) => [
    expiredAssignmentsJob(services),
    removalJob(services),
    segmentsJob(services),
  ],
};
