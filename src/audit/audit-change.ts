import type { Contributor } from '../changes/contributor.js';
import { insert } from '../storage/write.js';
import type { AuditKeys } from './audit-keys.js';
import { auditRecords } from './audit-record.js';
import { sealRecord } from './seal-record.js';

/** The audit record of every change, in the same commit. */
export const auditChange =
  (keys: AuditKeys): Contributor =>
  (by, event, at, personal) => {
    const { realm, kind, subject, reason, before, after } = event;
    const subjectPart = { ...(before && { before }), ...(after && { after }) };
    const entry = { kind, by, subject, reason, outcome: 'success', at: event.at, subjectPart } as const;
    return [insert(auditRecords, sealRecord({ realm, keys, personal }, entry, at))];
  };
