import { GatehouseError } from '../base/errors.js';
import type { Contributor } from '../changes/contributor.js';
import type { AuditKeys } from './audit-keys.js';
import { isAuditKind } from './kinds.js';
import { recordWrites } from './pending-mark.js';
import { sealRecord } from './seal-record.js';

/** The audit record of every change, in the same commit. Throws `store-misuse` for a kind that the registry lacks. */
export const auditChange =
  (keys: AuditKeys): Contributor =>
  (by, event, at, personal) => {
    const { realm, kind, person, reason, before, after, clientId, details } = event;
    if (!isAuditKind(kind)) throw new GatehouseError('store-misuse', `The audit trail has no kind ${kind}.`);
    const subject = person === undefined ? event.subject : { kind: 'user', id: person };
    const subjectPart = { ...(before && { before }), ...(after && { after }) };
    const about = { subject, subjectPart, clientId, details };
    const entry = { kind, by, ...about, reason: by.reason ?? reason, outcome: 'success', at: event.at } as const;
    return recordWrites(sealRecord({ realm, keys, personal }, entry, at));
  };
