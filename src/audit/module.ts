import { auditChange } from './audit-change.js';
import { auditRecords } from './audit-record.js';

/** Registrations of `audit`: each change leaves a record. */
export const audit = {
  specs: [auditRecords],
  contributors: () => [auditChange],
};
