import { timeOrderedId } from '../base/crypto/ids.js';
import type { Contributor } from '../changes/contributor.js';
import { insert } from '../storage/write.js';
import { auditRecords } from './audit-record.js';
import { actorFields, networkOf } from './audit-actor.js';

/** The audit record of every change, in the same commit. */
export const auditChange: Contributor = (by, event, at) => [
  insert(auditRecords, {
    id: timeOrderedId(at),
    at: event.at ?? at,
    kind: event.kind,
    ...actorFields(by),
    subjectKind: event.subject.kind,
    subjectId: event.subject.id,
    outcome: 'success',
    personal: {
      ...networkOf(by),
      ...(event.before && { before: event.before }),
      ...(event.after && { after: event.after }),
      ...(event.reason !== undefined && { reason: event.reason }),
    },
  }),
];
