import { auditChange } from './audit-change.js';
import { auditRecords } from './audit-record.js';

/** What `audit` registers: each change leaves a record. */
export const audit = {
  specs: [auditRecords],
  contributors: () => [auditChange],
};
