import type { AuditKeys } from '../audit/audit-keys.js';
import type { Contributor } from '../changes/contributor.js';
import type { Caches } from '../changes/caching/caches.js';
import type { Guard } from '../changes/change-recorder.js';
import type { ReferrerSource } from '../changes/removal/referrer.js';
import type { Job } from '../jobs/job.js';
import type { AnySpec } from '../storage/spec.js';
import type { Store } from '../storage/store.js';
import type { RealmServices } from './realm-services.js';

/** The parts from which contributors are made: they exist before the services. */
export interface ContributorParts {
  readonly caches: Pick<Caches, 'holds'>;
  readonly auditKeys: AuditKeys;
}

/**
 * The registrations of a module, declared in its `module.ts`. The application lists modules and knows none of their internals:
 * a new kind of document, guard or job is a line in its module's file. A module declares as parameters only the services that
 * it reads.
 */
export interface Module {
  /** The kinds of documents that it owns. */
  readonly specs?: readonly AnySpec[];
  /** Each adds writes to every change of a realm. */
  readonly contributors?: (parts: ContributorParts) => readonly Contributor[];
  /** Each may refuse a change of a realm. `services` is called when a change is checked: guards exist before the services. */
  readonly guards?: (services: () => RealmServices) => readonly Guard[];
  /** Each finds references to an object that is about to be removed. */
  readonly referrers?: (services: RealmServices) => readonly ReferrerSource[];
  /** Background work for one realm. */
  readonly jobs?: (services: RealmServices) => readonly Job[];
  /** Background work for the whole store. */
  readonly installationJobs?: (store: Store) => readonly Job[];
}
