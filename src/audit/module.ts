import { auditChange } from './audit-change.js';
import { auditKeyChecks } from './audit-key-check.js';
import type { AuditKeys } from './audit-keys.js';
import { auditRecords } from './audit-record.js';

/** Registrations of `audit`: each change leaves a record. */
export const audit = {
  specs: [auditRecords, auditKeyChecks],
  contributors: ({ auditKeys }: { readonly auditKeys: AuditKeys }) => [auditChange(auditKeys)],
};
